"""What a link is: target, relation, anchor type, redirects, destination, shorteners, names of sites."""
