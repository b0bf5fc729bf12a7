import type { Pool } from 'pg'

/**
 * Returns everything that the catalogs and the tables of some schemas hold, including the transaction that wrote each
 * row.
 */
export async function exactPostgresState(pool: Pool, schemas: readonly string[]): Promise<unknown> {
  const { rows: catalog } = await pool.query(catalogRows('c.xmin::text, c.oid::text, c.relfilenode::text,'), [schemas])
  const { rows: tables } = await pool.query(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = any($1) order by 1`,
    [schemas],
  )
  const contents: unknown[] = []
  for (const { name } of tables)
    contents.push((await pool.query(`select t.xmin::text, t.ctid::text, t::text from ${name} t order by 2`)).rows)
  const { rows: namespaces } = await pool.query('select nspname, xmin::text from pg_namespace order by 1')
  return {
    namespaces: namespaces.filter(({ nspname }) => schemas.includes(nspname) || !/^(scratch_|pg_|test_)/.test(nspname)),
    catalog,
    contents,
  }
}

/**
 * Returns the state without everything that depends on when and how often a run was made: two runs to the same version
 * leave the same state.
 */
export async function postgresState(pool: Pool, schemas: readonly string[]): Promise<unknown> {
  const states = schemas.map(async (schema) => {
    const { rows: catalog } = await pool.query(catalogRows(''), [[schema]])
    const hasLedger = catalog.some(({ name }) => name === 'conversation_store_migrations')
    const ledger = hasLedger
      ? (await pool.query(`select id, state, steps, checksum from "${schema}".conversation_store_migrations order by id`)).rows
      : []
    const ofHost = catalog.filter(({ name, kind }) => kind === 'r' && /^(people|totals)$/.test(name))
    const rows = await Promise.all(ofHost.map(({ name }) => pool.query(`select t::text from "${schema}".${name} t order by 1`)))
    return { rows: rows.map((each) => each.rows), catalog: JSON.parse(JSON.stringify(catalog).replaceAll(schema, 'schema')), ledger }
  })
  return Object.fromEntries((await Promise.all(states)).map((state, index) => [index, state]))
}

function catalogRows(identity: string): string {
  return `select ${identity} c.relname as name, c.relkind::text as kind, coalesce(i.indisvalid, true) as valid,
    case c.relkind when 'i' then pg_get_indexdef(c.oid) else (
      select string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || a.attnotnull::text, ', ' order by a.attnum)
      from pg_attribute a where a.attrelid = c.oid and a.attnum > 0) end as definition
  from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_index i on i.indexrelid = c.oid
  where n.nspname = any($1)
  union all
  select ${identity.replace('c.relfilenode::text', "''").replaceAll('c.', 'p.')} p.proname, 'function', true, pg_get_functiondef(p.oid)
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = any($1)
  order by 1, 2, 3`
}
