import { ConversationStoreError } from '../../model/errors.js'
import { literal } from '../../postgres/literal.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { MigrationSession } from '../../postgres/migrator/migration.js'
import { oneOf } from './sessions.js'

interface Table {
  readonly schema: string
  readonly name: string
}

/** A column of a table, by which its rows name those of another: they name others by then. */
interface Repointed extends Table {
  readonly column: string
}

/**
 * The foreign keys by which rows of other tables name those of a table, each as `table.key`: an array of SQL. Deleting
 * such a row is refused, or would delete or change the others, which nobody would have kept.
 */
export function foreignKeysSql({ schema, name }: Table, except: Repointed | null = null): string {
  const repointed =
    except === null
      ? ''
      : ` and not (r.conrelid = ${literal(qualified(except.schema, except.name))}::pg_catalog.regclass and exists (
    select from pg_catalog.pg_attribute a where a.attrelid = r.conrelid and a.attnum = any(r.conkey) and a.attname = ${literal(except.column)}))`
  return `(select coalesce(array_agg(r.conrelid::pg_catalog.regclass::text || '.' || r.conname order by r.conname), '{}') from pg_catalog.pg_constraint r
  where r.confrelid = ${literal(qualified(schema, name))}::pg_catalog.regclass and r.contype = 'f' and r.conparentid = 0${repointed})`
}

export function readForeignKeys(session: MigrationSession, table: Table, except: Repointed | null = null): Promise<readonly string[]> {
  return oneOf(session, `select pg_catalog.to_json(${foreignKeysSql(table, except)})::text`)
}

/** Throws UNSUPPORTED if there are any. */
export function refuseForeignKeys({ name }: Pick<Table, 'name'>, keys: readonly string[]): void {
  if (keys.length === 0) return
  throw new ConversationStoreError('UNSUPPORTED', { operation: `to take rows out of ${name}`, needs: `${whatStands} ${keys.join(', ')}` })
}

export const whatStands =
  'that no row of another table names them, because the server would refuse it, or delete or change rows that nobody has kept. Drop these foreign keys first, and see to the rows behind them:'
