import { type Client, escapeIdentifier } from 'pg'
import type { MigrationSession } from '../../src/postgres/migrator/migration.js'

/**
 * A query that an index of the platform serves, with the other indexes that the server may use instead because they are
 * as good for it.
 */
export interface PlatformQuery {
  readonly index: string
  readonly covering: readonly string[]
  readonly sql: string
}

const hour = (column: string) => `${column} >= '2030-01-02 10:00Z' and ${column} < '2030-01-02 11:00Z'`
const from =
  (table: string) =>
  (index: string, condition: string, order?: string, covering: readonly string[] = []) => ({
    index,
    covering,
    sql: `select * from ${table} where account_id = 'acme' and ${condition}${order === undefined ? '' : ` order by ${order}`}`,
  })
const [conversations, messages] = [from('conversations'), from('messages')]

export const platformQueries: readonly PlatformQuery[] = [
  conversations('idx_conversations_window_expiration', hour('window_expires_at')),
  conversations('idx_conversations_window_status', `status = 'open' and ${hour('window_expires_at')}`),
  conversations('idx_conversations_created', hour('created_at')),
  conversations('idx_conversations_status_user', `status = 'open' and customer_id = 'c12'`),
  conversations('idx_conversations_closed', `status = 'closed' and ${hour('closed_at')}`),
  messages('idx_messages_whatsapp_message_id', `message_id = 'mid-1500-3'`),
  messages('idx_messages_conversation_timestamp', `conversation_id = 'x1500'`, 'occurred_at limit 5', [
    'idx_messages_conversation_timestamp_desc',
  ]),
  messages('idx_messages_conversation_timestamp_desc', `conversation_id = 'x1500'`, 'occurred_at desc limit 5', [
    'idx_messages_conversation_timestamp',
  ]),
  messages('idx_messages_conversation_direction_timestamp', `conversation_id = 'x1500' and direction = 'outbound'`, 'occurred_at limit 5'),
  messages('idx_messages_conversation_sender_timestamp', `conversation_id = 'x1500' and sender_id = 'agent3'`, 'occurred_at limit 5'),
  messages('idx_messages_timestamp', hour('occurred_at')),
  messages('idx_messages_status_timestamp', `status = 'failed' and ${hour('occurred_at')}`),
  messages('idx_messages_direction', `direction = 'inbound' and ${hour('occurred_at')}`),
  messages('idx_messages_sender', `sender_id = 'agent3' and ${hour('occurred_at')}`),
  messages('idx_messages_ai_generated', `sender_type = 'bot' and ${hour('occurred_at')}`),
  messages('idx_messages_read_at', hour('read_at')),
]

/** Fills two accounts in the same way, each with 4,000 conversations that begin a minute apart and have 10 messages. */
export async function fillPlatform(client: Client, schema: string): Promise<void> {
  await client.query(`set search_path = ${escapeIdentifier(schema)}`)
  const accounts = `unnest(array['acme', 'other']) account`
  const begun = `timestamptz '2030-01-01Z' + n * interval '1 minute'`
  await client.query(`insert into conversations (account_id, id, oa_id, customer_id, contact_inbox_id, contact_id, channel, status, version, unread_count, last_seq,
      read_seq, last_event_seq, last_activity_at, status_changed_at, window_expires_at, closed_at, operations, created_at, updated_at)
    select account, 'x' || n, 'page' || n % 5, 'c' || n, 'i' || n, 'p' || n, 'api', status, 0, 0, 10, 10, 0, t, t,
      case when n % 2 = 0 then t + interval '1 day' end, case when status = 'closed' then t + interval '2 hours' end, '{0}', t, t
    from ${accounts}, generate_series(1, 4000) n, lateral (select ${begun}, case when n % 10 = 2 then 'open' else 'closed' end) as k(t, status)`)
  await client.query(`insert into messages (account_id, id, conversation_id, contact_inbox_id, seq, message_id, direction, sender_id, sender_type, text, attachments,
      status, occurred_at, read_at, created_at)
    select account, 'm' || n || '-' || s, 'x' || n, 'i' || n, s, 'mid-' || n || '-' || s, case when s % 2 = 0 then 'outbound' else 'inbound' end,
      case when s % 2 = 1 then 'c' || n when s = 4 then 'bot' else 'agent' || (n + s) % 7 end,
      case when s % 2 = 1 then 'customer' when s = 4 then 'bot' else 'agent' end, 'A text of usual length, which is what most rows hold.', '[]',
      case when s % 2 = 0 then case when (n + s) % 50 = 0 then 'failed' else 'read' end end, t, case when s % 2 = 0 then t + interval '5 minutes' end, t
    from ${accounts}, generate_series(1, 4000) n, generate_series(1, 10) s, lateral (select ${begun} + s * interval '20 seconds') as k(t)`)
  await client.query('vacuum analyze conversations, messages')
}

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Index Name'?: string
  readonly 'Actual Rows': number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Shared Hit Blocks': number
  readonly 'Shared Read Blocks': number
  readonly Plans?: readonly PlanNode[]
}

export interface QueryPlan {
  readonly indexes: readonly string[]
  readonly rows: number
  /** The rows that were read and did not match. */
  readonly removed: number
  readonly sorts: boolean
  readonly pages: number
}

/** Returns how the server runs a query of the platform in one tenant's schema. */
export async function indexesOfPlan(session: MigrationSession, schema: string, sql: string): Promise<QueryPlan> {
  const qualified = sql.replace(/from (\w+)/, `from ${escapeIdentifier(schema)}.$1`)
  const [row] = await session.query(`explain (analyze, buffers, format json) ${qualified}`)
  const [plan] = (row?.['QUERY PLAN'] ?? []) as readonly { readonly Plan: PlanNode }[]
  if (plan === undefined) throw new Error('the server gave no plan')
  const top = plan.Plan
  const all = nodes(top)
  return {
    indexes: all.flatMap(({ 'Index Name': name }) => (name === undefined ? [] : [name])),
    rows: top['Actual Rows'],
    removed: all.reduce((sum, node) => sum + (node['Rows Removed by Filter'] ?? 0), 0),
    sorts: all.some((node) => node['Node Type'].includes('Sort')),
    pages: top['Shared Hit Blocks'] + top['Shared Read Blocks'],
  }
}

function nodes(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodes)]
}
