import { requireNotAborted } from '../../model/abort.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { MigrationSession } from '../../postgres/migrator/migration.js'
import { quote } from '../../postgres/names.js'
import { sqlState } from '../../postgres/translate-error.js'
import type { MergeOptions, MergeReverted } from '../merge-types.js'
import { duplicatesOf, type RefusedBack } from '../refused-back.js'
import { remainingTime } from '../remaining-time.js'
import { insertable } from './insertable.js'
import type { MergeContext } from './merge-context.js'
import { recount } from './merge-group.js'
import { referenceSql } from './message-references.js'
import { nameBack } from './names-of-merged.js'
import { refusedRow } from './refused-row.js'
import { oneOf, onRows, readOne } from './sessions.js'

interface Entry {
  readonly number: number
  readonly id: readonly string[]
  readonly kept: readonly string[]
}

interface Columns {
  readonly conversations: string
  readonly messages: string
}

/**
 * Brings back what is in the archive, the last first, each conversation with its messages in one transaction. Throws
 * DUPLICATE_KEYS at the end for those that a unique index refused, which stay in the archive.
 */
export async function unmerge(
  context: MergeContext,
  { signal, onProgress }: MergeOptions,
  requireHeld: () => void,
): Promise<MergeReverted> {
  const { driver, tables } = context
  const { schema, name } = tables.conversations
  const columns = {
    conversations: await insertable(driver, schema, name),
    messages: tables.messages === null ? '' : await insertable(driver, schema, tables.messages.name),
  }
  const sum = { restored: 0, movedBack: 0 }
  const refused: RefusedBack[] = []
  const total = onProgress === undefined ? null : await countEntries(context)
  const remaining = remainingTime(0)
  let done = 0
  // Numbers are sent as text, because a `bigint` is one for both drivers then.
  for (let below = '9223372036854775807'; ; ) {
    requireNotAborted(signal)
    requireHeld()
    const [entry] = await nextEntries(context, below)
    if (entry === undefined) break
    below = String(entry.number)
    try {
      const done = await onRows(driver, signal, (session) => restoreOne(context, columns, entry, session))
      sum.restored += done.restored
      sum.movedBack += done.movedBack
    } catch (error) {
      if (sqlState(error) !== '23505') throw error
      refused.push(await refusedRow(context, below, error))
    }
    done += 1
    await onProgress?.({ name: `merged ${name}`, done, total, remainingMs: remaining(done, total) })
  }
  const [first] = refused
  if (first !== undefined) throw duplicatesOf(schema, first, refused)
  return sum
}

function countEntries({ driver, archive, tables }: MergeContext): Promise<number> {
  const query = `select count(*)::text from ${archive} where reason = 'merged' and from_table = $1::text`
  return readOne(driver, query, [tables.conversations.name])
}

/** The last of what was merged away before the given number, if there is one. */
function nextEntries({ driver, archive, tables }: MergeContext, below: string): Promise<readonly Entry[]> {
  return readOne(
    driver,
    `select coalesce(json_agg(json_build_object('number', number, 'id', id::json, 'kept', kept_id::json)), '[]')::text
from (select * from ${archive} where reason = 'merged' and from_table = $1::text and number < $2::text::bigint order by number desc limit 1) e`,
    [tables.conversations.name, below],
  )
}

async function restoreOne(context: MergeContext, columns: Columns, entry: Entry, session: MigrationSession): Promise<MergeReverted> {
  const { archive, tables, key } = context
  const into = qualified(tables.conversations.schema, tables.conversations.name)
  const number = String(entry.number)
  const restored = await oneOf<number>(
    session,
    `with back as (insert into ${into} (${columns.conversations}) overriding system value
  select ${columns.conversations} from (select r.* from ${archive} a cross join lateral pg_catalog.json_populate_record(null::${into}, a.document) r
    where a.number = $1::text::bigint) r
  where not exists (select from ${into} c where (${key.of('c')}) = (${key.of('r')})) returning 1)
select count(*)::text from back`,
    [number],
  )
  if (restored === 0) return { restored, movedBack: 0 }
  const movedBack = await messagesBack(context, columns, entry, session)
  await nameBack(context, entry, session)
  await session.query(`delete from ${archive} where number = $1::text::bigint`, [number])
  await recount(context, entry.id, session)
  await recount(context, entry.kept, session)
  return { restored, movedBack }
}

async function messagesBack(context: MergeContext, columns: Columns, { number, id }: Entry, session: MigrationSession): Promise<number> {
  const { archive, tables, messageKey, referenceType } = context
  const { messages, conversations } = tables
  if (messages === null || messageKey === null) return 0
  const table = qualified(conversations.schema, messages.name)
  const reference = quote(messages.conversationId)
  return oneOf<number>(
    session,
    `with moves as (select a.number, a.reason, a.moved, a.kept_id from ${archive} a
  where a.number = $1::text::bigint or (a.from_table = $2::text and a.id = $3::text and a.reason = 'moved later')),
moved as (update ${table} m set ${reference} = ${referenceSql(context, '$3::text')}::${referenceType} from moves v cross join lateral json_array_elements(v.moved) k(key)
  where (${messageKey.of('m')}) = ${messageKey.row('k.key')} and m.${reference} = ${referenceSql(context, 'v.kept_id')}::${referenceType} returning 1),
settled as (delete from ${archive} a using moves v where a.number = v.number and v.reason = 'moved later'),
doubles as (delete from ${archive} a where a.reason = 'double message' and a.from_table = $4::text and a.from_id = $3::text returning a.document),
back as (insert into ${table} (${columns.messages}) overriding system value
  select ${columns.messages} from (select r.* from doubles d cross join lateral pg_catalog.json_populate_record(null::${table}, d.document) r) r returning 1)
select ((select count(*) from moved) + (select count(*) from back))::text`,
    [String(number), conversations.name, JSON.stringify(id), messages.name],
  )
}
