"""What is fetched next: scheduler, queues, dupefilter, scope, budget."""
