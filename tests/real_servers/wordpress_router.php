<?php
// Answer as a web server does that hands to WordPress what is not a file; with plain permalinks that is the home page alone.
$path = rawurldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
$root = $_SERVER['DOCUMENT_ROOT'];
if (is_file($root . $path) || is_file($root . rtrim($path, '/') . '/index.php')) {
    if ($path !== '/') {
        return false;
    }
} elseif (getenv('WORDPRESS_PERMALINKS') === '') {
    http_response_code(404);
    exit('not found');
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
$_SERVER['SCRIPT_FILENAME'] = $root . '/index.php';
require $root . '/index.php';
