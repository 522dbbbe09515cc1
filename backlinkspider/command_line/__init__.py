"""What commands share: how they refuse a wrong call, run a crawl, write a file, and end."""
