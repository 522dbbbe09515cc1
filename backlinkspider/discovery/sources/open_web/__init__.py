"""Sources in the network that anybody may ask, about any site."""
