/**
 * Waits until so many statements on the schema wait for a lock. They are known by the schema's name at the beginning of
 * their text, or as the name of their application.
 */
export async function waitingStatements(
  pool: { query(text: string, values: unknown[]): Promise<{ rows: unknown[] }> },
  schema: string,
  count = 1,
): Promise<void> {
  const found = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and (query like '%"' || $1 || '"%' or application_name = $1)`
  while ((await pool.query(found, [schema])).rows.length < count);
}
