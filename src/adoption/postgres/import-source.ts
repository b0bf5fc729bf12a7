import { refusal } from '../../model/validation/refusal.js'
import type { PostgresDriver } from '../../postgres/drivers.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import { quote } from '../../postgres/names.js'
import type { ImportTables } from '../importing/import-tables.js'
import type { LegacyCounts, LegacyInbox, LegacyMessage, LegacyPage, LegacyRow, LegacySource } from '../importing/legacy-source.js'
import type { PassState } from '../run-pass.js'
import { columnTypes } from './column-types.js'
import { literal } from './conditions.js'
import { passTable } from './passes.js'
import { type PrimaryKey, primaryKey } from './primary-key.js'
import { rejectedRows } from './rejected-rows.js'
import { inTransaction, oneOf, readOne } from './sessions.js'

/** How long a statement that only reads waits for a lock. */
const lockMs = 10_000

export function importSource(driver: PostgresDriver, tables: ImportTables): LegacySource {
  const { conversations: table, messages, inboxes } = tables
  const from = qualified(table.schema, table.name)
  const rejected = rejectedRows(driver, tables)
  const described = once(() => describe(driver, tables))
  const read = <T>(text: string, values: readonly unknown[] = []) =>
    inTransaction(driver, { lockMs }, (session) => oneOf<T>(session, text, values))
  return {
    passes: passTable(driver, table.schema),
    database: table.schema,
    warnings: () => warningsOf(driver, tables),
    async counts() {
      const { account, oa, customer } = idsOf(tables)
      const counted = await read<Omit<LegacyCounts, 'messages' | 'inboxes'>>(
        `with ids as (select ${account('c')} as account, ${oa('c')} as oa, ${customer('c')} as customer from ${from} c),
customers as (select account, oa, customer from ids where account is not null and oa is not null and customer is not null group by 1, 2, 3)
select json_build_object('conversations', (select count(*) from ids),
  'unreadable', (select count(*) from ids where account is null or oa is null or customer is null),
  'customers', (select coalesce(json_agg(json_build_object('accountId', account, 'customers', number) order by account), '[]')
    from (select account, count(*) as number from customers group by 1) a))::text`,
      )
      const count = (schema: string, name: string, where: string) =>
        read<number>(`select count(*)::text from ${qualified(schema, name)} m where ${where}`)
      return {
        ...counted,
        messages: messages === null ? 0 : await count(messages.schema, messages.name, whereOf(messages.where)),
        inboxes: inboxes === null ? 0 : await count(inboxes.schema, inboxes.name, 'true'),
      }
    },
    async inboxes() {
      if (inboxes === null) return []
      const key = await primaryKey(driver, inboxes.schema, inboxes.name)
      const account = tables.account === null ? idSql('i', inboxes.accountId) : literal(tables.account)
      const optional = (column: string | null) => (column === null ? 'null' : `i.${quote(column)}::text`)
      return read<readonly LegacyInbox[]>(
        `select coalesce(json_agg(json_build_object('key', ${key.json('i')}, 'id', ${textOfKey(key, 'i')}, 'accountId', ${account},
  'oaId', ${idSql('i', inboxes.oaId)}, 'channel', ${optional(inboxes.channel)}, 'name', ${optional(inboxes.inboxName)}) order by ${key.of('i')}), '[]')::text
from ${qualified(inboxes.schema, inboxes.name)} i`,
      )
    },
    async greatest() {
      const { key } = await described()
      return read(`select (select ${key.json('c')} from ${from} c order by ${key.of('c', ' desc')} limit 1)::text`)
    },
    async page(state, limit) {
      const { key } = await described()
      return read<LegacyPage>(...pageSql(tables, await described(), key, state, limit))
    },
    async sample(size) {
      const { reference } = await described()
      const { account, oa, customer } = idsOf(tables)
      return read<readonly LegacyRow[]>(
        `with picked as (select ${account('c')} as account, ${oa('c')} as oa, ${customer('c')} as customer from ${from} c
  where ${account('c')} is not null and ${oa('c')} is not null and ${customer('c')} is not null order by random() limit $1::integer),
keys as (select distinct * from picked)
select coalesce(json_agg(${rowJson(tables, await described(), reference, 'true')} order by ${(await described()).key.of('c')}), '[]')::text
from keys k join ${from} c on ${sameCustomer(tables)}`,
        [size],
      )
    },
    async countMessages(references) {
      if (messages === null || references.length === 0) return references.map(() => 0)
      const { referenceType } = await described()
      return read<readonly number[]>(
        `select coalesce(json_agg(n.number order by r.place), '[]')::text
from json_array_elements_text($1::json) with ordinality r(id, place)
cross join lateral (select count(*) as number from ${qualified(messages.schema, messages.name)} m
  where m.${quote(messages.conversationId)} = r.id::${referenceType} and ${whereOf(messages.where)}) n`,
        [JSON.stringify(references)],
      )
    },
    async messages(references, { offset, limit }) {
      if (messages === null) return []
      const { referenceType, messageKey } = await described()
      if (messageKey === null) return []
      const fields = Object.entries(messages.fields).map(([name, column]) => `${literal(name)}, ${valueSql('m', name, column)}`)
      const time = messages.fields.occurredAt
      return read<readonly { at: number; message: LegacyMessage }[]>(
        `with found as materialized (select r.place, m.* from json_array_elements_text($1::json) with ordinality r(id, place)
  join ${qualified(messages.schema, messages.name)} m on m.${quote(messages.conversationId)} = r.id::${referenceType} and ${whereOf(messages.where)}
  order by ${time === undefined ? '' : `m.${quote(time)}, `}${messageKey.of('m')} offset $2::bigint limit $3::bigint)
select coalesce(json_agg(json_build_object('at', m.place - 1, 'message', json_build_object('key', ${messageKey.json('m')}, 'id', ${textOfKey(messageKey, 'm')},
  'fields', json_build_object(${fields.join(', ')}))) order by ${time === undefined ? '' : `m.${quote(time)}, `}${messageKey.of('m')}), '[]')::text from found m`,
        [JSON.stringify(references), String(offset), String(limit)],
      )
    },
    clearRejected: rejected.clear,
    async reject(rejections) {
      const { key, messageKey } = await described()
      const keys = { conversations: key, messages: messageKey, inboxes: null }
      await rejected.write(rejections, async (name) =>
        name === 'inboxes' && inboxes !== null ? primaryKey(driver, inboxes.schema, inboxes.name) : keys[name],
      )
    },
    async rejectStray(reason) {
      const { messageKey, reference, referenceType } = await described()
      if (messages === null || messageKey === null) return 0
      const column = `m.${quote(messages.conversationId)}`
      const stray = `${whereOf(messages.where)} and not exists (select from ${from} c where ${reference('c')}::${referenceType} = ${column})`
      return rejected.writeWhere(messages, messageKey, stray, reason)
    },
    wereRejected: rejected.have,
    countRejected: rejected.count,
  }
}

/** What of the host's tables has to be looked up. */
interface Described {
  readonly key: PrimaryKey
  readonly messageKey: PrimaryKey | null
  readonly referenceType: string
  /** The column by which messages name a conversation. */
  reference(alias: string): string
}

async function describe(driver: PostgresDriver, { conversations: table, messages, account }: ImportTables): Promise<Described> {
  const key = await primaryKey(driver, table.schema, table.name)
  const id = table.id ?? (key.columns.length === 1 ? key.columns[0] : undefined)
  if (messages !== null && id === undefined)
    throw refusal(
      ['conversations', 'id'],
      `must name the column by which messages name their conversation, because ${table.name} has several as its key`,
    )
  const own = [...(account === null ? [table.accountId] : []), table.oaId, table.customerId, ...Object.values(table.fields)]
  await columnTypes(driver, table.schema, table.name, own)
  const reference = (alias: string) => `${alias}.${quote(id ?? table.oaId)}`
  if (messages === null) return { key, messageKey: null, referenceType: 'text', reference }
  const typeOf = await columnTypes(driver, messages.schema, messages.name, [messages.conversationId, ...Object.values(messages.fields)])
  const messageKey = await primaryKey(driver, messages.schema, messages.name)
  return { key, messageKey, referenceType: typeOf(messages.conversationId), reference }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined
  return () => {
    done ??= work()
    return done
  }
}

/** An id as a text. An empty one is null, as one that is missing. */
function idSql(alias: string, column: string): string {
  return `nullif(${alias}.${quote(column)}::text, '')`
}

function idsOf({ account, conversations: table }: ImportTables) {
  return {
    account: (alias: string) => (account === null ? idSql(alias, table.accountId) : literal(account)),
    oa: (alias: string) => idSql(alias, table.oaId),
    customer: (alias: string) => idSql(alias, table.customerId),
  }
}

/** The columns are compared as they are, so that an index over them serves. */
function sameCustomer({ conversations: table, account }: ImportTables): string {
  const type = (column: string, key: string) => `c.${quote(column)}::text = k.${key}`
  return [...(account === null ? [type(table.accountId, 'account')] : []), type(table.oaId, 'oa'), type(table.customerId, 'customer')].join(
    ' and ',
  )
}

/** Numbers of any size, ids and texts are texts; times and JSON stay what they are. */
function valueSql(alias: string, field: string, column: string): string {
  const value = `${alias}.${quote(column)}`
  return /^(snoozedUntil|activityAt|occurredAt|metadata|attachments)$/.test(field) ? value : `${value}::text`
}

/** A key as a text that no other row has. */
function textOfKey(key: PrimaryKey, alias: string): string {
  const [column, ...others] = key.columns
  return column !== undefined && others.length === 0 ? `${alias}.${quote(column)}::text` : `(${key.json(alias)})::text`
}

function rowJson(tables: ImportTables, { key }: Described, reference: Described['reference'], inPage: string): string {
  const { account, oa, customer } = idsOf(tables)
  const fields = Object.entries(tables.conversations.fields).map(([name, column]) => `${literal(name)}, ${valueSql('c', name, column)}`)
  return `json_build_object('key', ${key.json('c')}, 'id', ${textOfKey(key, 'c')}, 'inPage', ${inPage}, 'reference', ${reference('c')}::text,
  'accountId', ${account('c')}, 'oaId', ${oa('c')}, 'customerId', ${customer('c')}, 'fields', json_build_object(${fields.join(', ')}))`
}

/** The rows of a page, with the others of their customers, by one statement. */
function pageSql(
  tables: ImportTables,
  described: Described,
  key: PrimaryKey,
  state: PassState,
  limit: number,
): [text: string, values: readonly unknown[]] {
  const { conversations: table, account } = tables
  const from = qualified(table.schema, table.name)
  const keys = [...(account === null ? [table.accountId] : []), table.oaId, table.customerId].map(quote)
  const after = state.cursor === null ? '' : ` and (${key.of('c')}) > ${key.row('$3::json')}`
  const upTo = `(${key.of('c')}) <= ${key.row('$1::json')}`
  const inPage = `exists (select from page p where (${key.of('p')}) = (${key.of('c')}))`
  const text = `with page as materialized (select c.* from ${from} c where ${upTo}${after} order by ${key.of('c')} limit $2::integer),
customers as materialized (select distinct ${keys.join(', ')} from page),
whole as (select c.* from page c where ${keys.map((each) => `c.${each} is null`).join(' or ')}
  union all select c.* from customers k join ${from} c on ${keys.map((each) => `c.${each} = k.${each}`).join(' and ')} where ${upTo})
select json_build_object('rows', (select coalesce(json_agg(${rowJson(tables, described, described.reference, inPage)} order by ${key.of('c')}), '[]') from whole c),
  'size', (select count(*) from page), 'last', (select ${key.json('c')} from page c order by ${key.of('c', ' desc')} limit 1),
  'isLast', (select count(*) from page) < $2::integer)::text`
  const values = [JSON.stringify(state.upTo), limit, ...(state.cursor === null ? [] : [JSON.stringify(state.cursor)])]
  return [text, values]
}

/** The condition that a row is a message. */
function whereOf(where: Readonly<Record<string, string | number | boolean | null>>): string {
  const conditions = Object.entries(where).map(([column, value]) =>
    value === null ? `m.${quote(column)} is null` : `m.${quote(column)}::text = ${literal(String(value))}`,
  )
  return conditions.length === 0 ? 'true' : conditions.join(' and ')
}

async function warningsOf(driver: PostgresDriver, { conversations: table, messages }: ImportTables): Promise<readonly string[]> {
  const begins = (schema: string, name: string, columns: readonly string[]) =>
    readOne<boolean>(
      driver,
      `select exists (select from pg_catalog.pg_index i join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
  where i.indrelid = $1::text::pg_catalog.regclass and i.indisvalid and i.indpred is null
  and a.attname in (select json_array_elements_text($2::json)))::text`,
      [qualified(schema, name), JSON.stringify(columns)],
    )
  const missing = (name: string, column: string) => `${name} has no index that begins with ${column}, so each batch reads all of it.`
  const own = await begins(table.schema, table.name, [table.accountId, table.oaId, table.customerId])
  const theirs = messages === null || (await begins(messages.schema, messages.name, [messages.conversationId]))
  return [
    ...(own ? [] : [missing(table.name, table.oaId)]),
    ...(theirs || messages === null ? [] : [missing(messages.name, messages.conversationId)]),
  ]
}
