import { requireNotAborted } from '../../model/abort.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { MigrationSession } from '../../postgres/migrator/migration.js'
import { quote } from '../../postgres/names.js'
import type { MergeOptions, MergeReverted } from '../merge-types.js'
import { insertable } from './insertable.js'
import type { MergeContext } from './merge-context.js'
import { recount } from './merge-group.js'
import { referenceSql } from './message-references.js'
import { inTransaction, oneOf } from './sessions.js'

interface Entry {
  readonly number: number
  readonly id: readonly string[]
  readonly kept: readonly string[]
}

interface Columns {
  readonly conversations: string
  readonly messages: string
}

/** Brings back what is in the archive, the last first, each conversation with its messages in one transaction. */
export async function unmerge(context: MergeContext, { signal }: MergeOptions, requireHeld: () => void): Promise<MergeReverted> {
  const { driver, tables } = context
  const { schema, name } = tables.conversations
  const columns = {
    conversations: await insertable(driver, schema, name),
    messages: tables.messages === null ? '' : await insertable(driver, schema, tables.messages.name),
  }
  const sum = { restored: 0, movedBack: 0 }
  // Numbers are sent as text, because a `bigint` is one for both drivers then.
  for (let below = '9223372036854775807'; ; ) {
    requireNotAborted(signal)
    requireHeld()
    const done = await inTransaction(driver, { lockMs: 10_000 }, (session) => restoreNext(context, columns, below, session))
    if (done === null) return sum
    below = String(done.number)
    sum.restored += done.restored
    sum.movedBack += done.movedBack
  }
}

async function restoreNext(context: MergeContext, columns: Columns, below: string, session: MigrationSession) {
  const { archive, tables } = context
  const { schema, name } = tables.conversations
  const into = qualified(schema, name)
  const entry = await oneOf<Entry | null>(
    session,
    `select (select json_build_object('number', number, 'id', id::json, 'kept', kept_id::json) from ${archive}
  where reason = 'merged' and from_table = $1::text and number < $2::text::bigint order by number desc limit 1 for update)::text`,
    [name, below],
  )
  if (entry === null) return null
  const { number } = entry
  const restored = await oneOf<number>(
    session,
    `with back as (insert into ${into} (${columns.conversations}) overriding system value
  select ${columns.conversations} from (select r.* from ${archive} a cross join lateral pg_catalog.json_populate_record(null::${into}, a.document) r
    where a.number = $1::text::bigint) r
  on conflict do nothing returning 1)
select count(*)::text from back`,
    [String(number)],
  )
  if (restored === 0) return { number, restored, movedBack: 0 }
  const movedBack = await messagesBack(context, columns, entry, session)
  await session.query(`delete from ${archive} where number = $1::text::bigint`, [String(number)])
  await recount(context, entry.id, session)
  await recount(context, entry.kept, session)
  return { number, restored, movedBack }
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
