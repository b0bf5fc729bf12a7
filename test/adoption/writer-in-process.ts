import { once } from 'node:events'
import { Pool } from 'pg'

/** What a writer of a host is told, as JSON in its one argument. It writes until it gets a line. */
export interface WriterTask {
  readonly url: string
  readonly schema: string
  readonly name: string
  /** Whether it writes conversations with a column for each channel, or events of conversations. */
  readonly writes: 'conversations' | 'events'
}

/** What a writer prints at its end. */
export interface WriterReport {
  /** The ids, or for events the message ids, of what was inserted. */
  readonly inserted: readonly string[]
  /** How often a unique index refused something. */
  readonly refused: number
  /** How often it found a second active conversation beside its own. */
  readonly doubles: number
  /** Every error that was not such a refusal. */
  readonly errors: readonly string[]
}

const task = JSON.parse(process.argv[2] ?? '') as WriterTask
const pool = new Pool({ connectionString: task.url, max: 1, options: `-c search_path="${task.schema}"` })
const report = { inserted: [] as string[], refused: 0, doubles: 0, errors: [] as string[] }
let isRunning = true
void once(process.stdin, 'data').then(() => {
  isRunning = false
})
process.stdout.write('ready\n')
const write = task.writes === 'conversations' ? writeConversation : writeEvent
for (let turn = 0; isRunning; turn++) {
  try {
    await write(turn)
  } catch (error) {
    if (Reflect.get(Object(error), 'code') === '23505') report.refused++
    else report.errors.push(String(error))
  }
}
await pool.end()
process.stdout.write(`${JSON.stringify(report)}\n`)
process.exit()

/** Opens, closes and snoozes conversations of a few customers, in the ways of a host that checks nothing first. */
async function writeConversation(turn: number): Promise<void> {
  const [id, psid] = [`${task.name}-${turn}`, String(turn % 7)]
  const column = turn % 2 === 0 ? '"pageConnectionId"' : '"widgetConfigId"'
  if (turn % 5 === 4) {
    await pool.query(`update conversations set status = 'CLOSED' where ${column} = 'c' and psid = $1 and status <> 'CLOSED'`, [psid])
    return
  }
  const status = ['OPEN', 'SNOOZED', 'CLOSED', 'OPEN'][turn % 4] ?? 'OPEN'
  await pool.query(
    `insert into conversations (id, ${column}, psid, status, "lastMessageAt") values ($1, 'c', $2, $3::"ConversationStatus", now())`,
    [id, psid, status],
  )
  report.inserted.push(id)
  const { rows } = await pool.query(`select 1 from conversations where ${column} = 'c' and psid = $1 and status <> 'CLOSED' offset 1`, [
    psid,
  ])
  report.doubles += rows.length
}

/** Inserts events, now and then one that another writer inserts too, and touches conversations without any version. */
async function writeEvent(turn: number): Promise<void> {
  const messageId = turn % 100 === 99 ? `shared-${turn}` : `${task.name}-${turn}`
  const ignores = turn % 2 === 0 ? 'on conflict do nothing' : ''
  const { rowCount } = await pool.query(
    `insert into contact_interaction_events (conversation_id, event_type, message_id, event_timestamp) values ($1, 'message', $2, now()) ${ignores}`,
    [`t${(turn % 20) + 1}`, messageId],
  )
  if (rowCount === 1) report.inserted.push(messageId)
  await pool.query(`update messenger_conversations set sender_name = $1 where conversation_id = $2`, [messageId, `t${(turn % 20) + 1}`])
}
