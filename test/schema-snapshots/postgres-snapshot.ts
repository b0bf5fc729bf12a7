import { tableNames } from '../../src/postgres/names.js'

/** How a snapshot reaches PostgreSQL, whatever the driver is. */
export interface SqlDatabase {
  /** Runs a text of several statements. */
  exec(text: string): Promise<unknown>
  query(text: string, values?: unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>
}

/**
 * The rows of the store's tables as JSON. The ledger's are part of the schema's text. Columns without a value are left
 * out.
 */
export async function dumpRows({ exec, query }: SqlDatabase): Promise<string> {
  await exec(`set time zone 'UTC'`)
  const tables: Record<string, unknown> = {}
  for (const name of tableNames.filter((each) => each !== 'conversation_store_migrations')) {
    const rows = await query(`select to_jsonb(t)::text as row from public.${name} t order by to_jsonb(t)::text collate "C"`)
    tables[name] = rows.map(({ row }) =>
      Object.fromEntries(Object.entries(JSON.parse(String(row), steadyMarks) as object).filter(([, value]) => value !== null)),
    )
  }
  return JSON.stringify(tables, null, 1)
}

/**
 * The marks of operations have the times of the database's own clock, and keys that JSON can't hold. These have the
 * same form.
 */
function steadyMarks(field: string, value: unknown): unknown {
  if (field !== 'operations' || !Array.isArray(value)) return value
  const at = Date.UTC(2026, 0, 5, 9)
  return value.map((number, place) => (place === 0 ? (number === 0 ? 0 : at) : place % 2 === 1 ? -place : 8 * at + 1))
}

/** Makes the schema of a release in an empty database, and puts its rows there. */
export async function loadPostgres(
  { exec, query }: SqlDatabase,
  snapshot: { readonly schema: string; readonly rows: string },
): Promise<void> {
  await exec(snapshot.schema)
  for (const [name, rows] of Object.entries(JSON.parse(snapshot.rows) as Record<string, unknown>)) {
    await query(`insert into public."${name}" select * from jsonb_populate_recordset(null::public."${name}", $1::text::jsonb)`, [
      JSON.stringify(rows),
    ])
  }
}

/** The schema of a release as `partitions: 4` made it: each table whose key leads with the account has four parts. */
export function inPartitions(schema: string): string {
  const tables = /create table ("public"\."(\w+))" \(\n([^;]*?primary key \(account_id[^;]*?)\n\)( with \(fillfactor = \d+\))?;/g
  return schema.replace(tables, (_, name: string, __, columns: string, options = '') => {
    const parts = [0, 1, 2, 3].map(
      (n) => `create table ${name}_p${n}" partition of ${name}" for values with (modulus 4, remainder ${n})${options};`,
    )
    return [`create table ${name}" (\n${columns}\n) partition by hash (account_id);`, ...parts].join('\n\n')
  })
}
