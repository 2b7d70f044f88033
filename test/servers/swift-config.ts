/** The servers behind Swift's proxy. */
export const STORAGE_SERVERS = ['account', 'container', 'object'] as const;

export type StorageServer = (typeof STORAGE_SERVERS)[number];

/** What all of Swift's servers read. */
export const SWIFT_CONFIG = `
[swift-hash]
swift_hash_path_prefix = pre
swift_hash_path_suffix = suf
[storage-policy:0]
name = p0
default = yes
[swift-constraints]
max_file_size = 5368709122
`;

/** One process. */
function defaults(directory: string, user: string, bind: string, port: number): string {
  return `
[DEFAULT]
bind_ip = ${bind}
bind_port = ${port}
# In the process itself, without another one to end.
workers = 0
user = ${user}
swift_dir = ${directory}
log_level = WARNING
`;
}

/** The configuration of one of the servers that store. */
export function storageConfig(
  server: StorageServer,
  directory: string,
  user: string,
  port: number,
): string {
  return `${defaults(directory, user, '127.0.0.1', port)}
devices = ${directory}/devices
mount_check = false
disable_fallocate = true
recon_cache_path = ${directory}
[pipeline:main]
pipeline = ${server}-server
[app:${server}-server]
use = egg:swift#${server}
`;
}

/** The configuration of the proxy, which speaks S3. */
export function proxyConfig(
  directory: string,
  user: string,
  bind: string,
  port: number,
  memcachePort: number,
): string {
  return `${defaults(directory, user, bind, port)}
[pipeline:main]
pipeline = catch_errors proxy-logging cache listing_formats bulk s3api tempauth slo dlo versioned_writes symlink proxy-logging proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:proxy-logging]
use = egg:swift#proxy_logging
[filter:cache]
use = egg:swift#memcache
# There is none, and it does without.
memcache_servers = 127.0.0.1:${memcachePort}
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
dns_compliant_bucket_names = false
allow_multipart_uploads = true
max_multi_delete_objects = 1000
multi_delete_concurrency = 8
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:slo]
use = egg:swift#slo
[filter:symlink]
use = egg:swift#symlink
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_object_versioning = true
`;
}
