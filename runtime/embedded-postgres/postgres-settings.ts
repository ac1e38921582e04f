/** What the server's settings depend on. */
export interface PostgresSettingsOptions {
  /** Folder of the Unix socket. */
  readonly socketDir: string;
  /** False only for clusters that are thrown away: a crash of the machine may then lose everything. */
  readonly durable: boolean;
}

/** Settings of a small server that shares the machine with the application, as `name=value`. */
export function postgresSettings(options: PostgresSettingsOptions): string[] {
  const settings: Record<string, string> = {
    // Reached only through the file system, where a closed folder guards it. So it needs no password, and no free port.
    listen_addresses: '',
    unix_socket_directories: `"${options.socketDir.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    port: '5432',
    max_connections: '100',
    shared_buffers: '64MB',
    // What a backup of the running server needs (back-up-cluster.ts). No replicas: fewer processes run.
    wal_level: 'replica',
    max_wal_senders: '0',
    max_logical_replication_workers: '0',
    // Room between checkpoints: after each, every page that changes is written to the log as a whole.
    max_wal_size: '1GB',
    min_wal_size: '64MB',
    io_method: 'sync',
    jit: 'off',
    log_checkpoints: 'off',
    // Not the errors of statements: they go to the client, and their texts hold people's data.
    log_min_messages: 'log',
    log_line_prefix: '',
    lc_messages: 'C',
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
  if (!options.durable) Object.assign(settings, { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' });
  return Object.entries(settings).map(([name, value]) => `${name}=${value}`);
}
