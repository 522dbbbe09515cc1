"""What is fetched next: scheduler, queues, dupefilter, scope, and the order of sites and URLs."""
