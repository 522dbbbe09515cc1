"""Parts that commands share: refuse a wrong call, run a crawl, write a file, and end."""
