import { Client, Pool } from 'pg'
import { expect, test } from 'vitest'
import { postgres } from '../../src/postgres/index.js'
import { raceDatabases } from '../race/race-databases.js'

const kinds = { P: 'phone', U: 'user_id', L: 'lid' } as const
const payloads = [['P'], ['U'], ['P', 'U'], ['U', 'L']] as const

const people = 6

test('16 writers of one person’s ids, an adoption and a reopening by id leave one active conversation and make no deadlock', async () => {
  // The test has a database of its own, because PostgreSQL counts deadlocks per database.
  const database = await raceDatabases.PostgreSQL()
  const pool = new Pool({ connectionString: database.url, max: 20 })
  const { operations } = postgres({ pool })
  let calls = 0
  const written: string[] = []
  /** Sends the call again for as long as another writer was first. */
  const send = async (text: string, values: unknown[]): Promise<Record<string, unknown>[]> => {
    for (;;) {
      try {
        return (await pool.query(text, values)).rows
      } catch (error) {
        if (!['40001', '23505'].includes(String(Reflect.get(Object(error), 'code')))) throw error
      }
    }
  }
  const write = async (person: string, payload: readonly (keyof typeof kinds)[], more: object) => {
    calls += 1
    const identities = payload.length > 1 ? payload.map((name) => ({ id: `${name}${person}`, kind: kinds[name] })) : undefined
    const item = {
      account_id: 'acme',
      oa_id: 'page',
      operation_id: `op${calls}`,
      customer_id: `${payload[0]}${person}`,
      identities,
      ...more,
    }
    await send(`select upsert_conversation_with_events($1::jsonb)`, [JSON.stringify(item)])
  }
  for (let person = 0; person < people; person += 1) {
    const name = String(person)
    await write(name, ['P'], { username_key: `user${name}`, events: [{ type: 'message', message_id: `first ${name}` }] })
    const [first] = await pool.query(`select id from conversations where customer_id = $1`, [`P${name}`]).then(({ rows }) => rows)
    await send(`update conversations set status = 'closed', closed_at = now() where id = $1`, [first.id])
    written.push(`first ${name}`)
    await Promise.all([
      ...Array.from({ length: 16 }, async (_, writer) => {
        for (let n = 0; n < 4; n += 1) {
          const messageId = `m${name}-${writer}-${n}`
          written.push(messageId)
          await write(name, payloads[(writer + n) % payloads.length] ?? ['P'], { events: [{ type: 'message', message_id: messageId }] })
        }
      }),
      write(name, ['L'], { customer_id: `new${name}`, username_key: `user${name}`, events: [{ type: 'message', message_id: `n${name}` }] }),
      operations
        .reopenConversation({
          accountId: 'acme',
          operationId: `open${name}`,
          firstSentAt: null,
          now: null,
          target: { conversationId: first.id },
          expectedVersion: null,
        })
        .catch((error) =>
          expect(['ACTIVE_CONVERSATION_EXISTS', 'INVALID_TRANSITION', 'USERNAME_TAKEN', 'CONTENTION']).toContain(error.code),
        ),
    ])
    written.push(`n${name}`)
    // Whatever came last, the ids are one person’s.
    await write(name, ['P', 'U'], {})
    await write(name, ['U', 'L'], {})
  }
  const { rows: active } = await pool.query(
    `select h.customer_id, count(*)::int as active from conversations c join contact_inboxes h on h.id = c.contact_inbox_id
     where c.status <> 'closed' and h.customer_id ~ '^[PUL]' group by 1 order by 1`,
  )
  expect(active.map((row) => row.active)).toEqual(active.map(() => 1))
  expect(active).toHaveLength(people)
  const { rows: messages } = await pool.query(`select message_id from messages`)
  expect(messages.map((row) => row.message_id).toSorted()).toEqual(written.toSorted())
  const { rows: chains } = await pool.query(
    `select a.id from contact_inboxes a join contact_inboxes h on h.id = a.canonical_id where h.canonical_id is not null`,
  )
  expect(chains).toEqual([])
  const { rows: miscounted } = await pool.query(
    `select c.id from conversations c where c.unread_count <> (select count(*) from (select c.id, c.read_seq union all
        select p->>'id', (p->>'read_seq')::integer from jsonb_array_elements(c.merged_parts) p) part
      join messages m on m.conversation_id = part.id and m.seq > part.read_seq and m.direction = 'inbound')`,
  )
  expect(miscounted).toEqual([])
  await pool.end()
  const client = new Client({ connectionString: database.url })
  await client.connect()
  const { rows } = await client.query('select deadlocks::integer from pg_stat_database where datname = current_database()')
  await client.end()
  expect(rows).toEqual([{ deadlocks: 0 }])
  await database.drop()
})
