import type { Tenant, TenantFields } from '../../migrator/databases.js'
import { columns, type Row } from '../../postgres/columns.js'
import type { Executor } from '../../postgres/executor.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import { quote } from '../../postgres/names.js'
import { integer, text, textOrNull } from '../../postgres/readers.js'
import { compile, type Fragment, raw, sql } from '../../postgres/sql.js'
import { sqlState, translateKnown } from '../../postgres/translate-error.js'

const pageSize = 500
const tenantRow = columns({ tenant_id: text, database: textOrNull })

/**
 * Reads a page at a time, in the order of the ids as text. That works whatever their type is, and needs no cursor that
 * the run would have to keep open.
 */
export async function* tenantsFromTable(
  executor: Executor,
  publicSchema: string,
  { collection = 'client_configs', tenantId = 'config_id', database = 'schema_name' }: TenantFields,
  only: readonly string[] | null,
): AsyncGenerator<Tenant> {
  const id = raw(`t.${quote(tenantId)}::text collate "C"`)
  const read = (condition: Fragment) =>
    readPage(
      executor,
      sql`select ${id} as tenant_id, t.${raw(quote(database))}::text as database from ${raw(qualified(publicSchema, collection))} t
where ${condition} order by 1 limit ${pageSize}`,
    )
  if (only !== null) {
    for (let from = 0; from < only.length; from += pageSize) {
      const ids = only.slice(from, from + pageSize)
      const page = await read(sql`${id} in (select json_array_elements_text(${JSON.stringify(ids)}::text::json))`)
      yield* inOrder(ids, page)
    }
    return
  }
  let after: string | null = null
  for (;;) {
    const page: readonly Tenant[] = await read(after === null ? sql`${id} is not null` : sql`${id} > ${after}::text`)
    yield* page
    if (page.length < pageSize) return
    after = page.at(-1)?.tenantId ?? null
  }
}

const countRow = columns({ tenants: integer })

/** Counts the tenants. There are none before the public schema is migrated. */
export async function countTenants(
  executor: Executor,
  publicSchema: string,
  { collection = 'client_configs', tenantId = 'config_id' }: TenantFields,
): Promise<number> {
  const counted = sql`select count(t.${raw(quote(tenantId))}) as tenants from ${raw(qualified(publicSchema, collection))} t`
  const [row] = await rowsOf(executor, counted)
  return row === undefined ? 0 : integer(countRow.of(row).tenants)
}

function inOrder(ids: readonly string[], page: readonly Tenant[]): readonly Tenant[] {
  const found = new Map(page.map((tenant) => [tenant.tenantId, tenant]))
  return [...new Set(ids)].map((tenantId) => found.get(tenantId) ?? { tenantId, database: null, isUnknown: true })
}

async function readPage(executor: Executor, query: Fragment): Promise<readonly Tenant[]> {
  const rows = await rowsOf(executor, query)
  return rows.map(tenantRow.of).map((row) => ({ tenantId: text(row.tenant_id), database: textOrNull(row.database) }))
}

/** Returns no rows before the public schema is migrated. */
async function rowsOf(executor: Executor, query: Fragment): Promise<readonly Row[]> {
  try {
    return await executor.run(compile(query), null)
  } catch (error) {
    if (/^(42P01|3F000)$/.test(sqlState(error) ?? '')) return []
    throw translateKnown(error, { operationId: null, inTransaction: false })
  }
}
