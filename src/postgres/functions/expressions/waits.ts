import { isShown } from './merged-parts.js'
import { listedAt } from './times.js'

/**
 * Since when the customer of a conversation waits: the rule of src/model/planning/waiting-customer.ts, for the messages
 * of one item at once. `batch` has their totals (messages.ts): `answer_at` is the time of the last answer among them,
 * and `asked_at` and `last_asked_at` are the times of the first and the last question. `conversation` is as it was
 * before them.
 */

/** Whether a stored message answers the customer. */
function isAnswer(message: string): string {
  return `${message}.direction = 'outbound' and ${message}.sender_type in ('agent', 'bot') and ${message}.status <> 'failed'`
}

/** Whether a new message answers the customer. An outbound one that names no sender is an agent's. */
export function isNewAnswer(message: string, senderType: string): string {
  return `${message}.direction = 'outbound' and coalesce(${senderType}, 'agent') in ('agent', 'bot')`
}

/** Whether a stored message lets the customer wait. */
function isQuestion(message: string): string {
  return `${message}.direction = 'inbound' and ${message}.is_history is null`
}

/** Whether all questions of the batch are answered in it, or none. Otherwise only the messages themselves tell. */
export function isOrdered(batch: string, lastAskedAt = `${batch}.inbound_at`): string {
  return `(${batch}.answer_at is null or ${batch}.asked_at is null or ${batch}.asked_at > ${batch}.answer_at or ${lastAskedAt} < ${batch}.answer_at)`
}

/** The same of the messages `event` of a query, which is grouped as one. */
export function areOrdered(event: string, senderType: string, time: string): string {
  const asked = `filter (where ${event}.direction = 'inbound')`
  const answer = `max(${time}) filter (where ${isNewAnswer(event, senderType)})`
  return `coalesce(min(${time}) ${asked} > ${answer} or max(${time}) ${asked} < ${answer}, true)`
}

/** Whether the batch and the conversation's columns tell everything, so that no other message has to be asked. */
export function isClear(batch: string, conversation: string, lastAskedAt = `${batch}.inbound_at`): string {
  const before = `${conversation}.last_answer_at`
  return `${isOrdered(batch, lastAskedAt)}
      and coalesce(${batch}.asked_at >= ${before} or ${lastAskedAt} < ${before}, true)
      and coalesce(${conversation}.waiting_since > ${batch}.answer_at or ${batch}.answer_at >= ${conversation}.last_message_at, true)`
}

/** Since when the customer waits after a batch that is clear. */
export function waitingSince(batch: string, conversation: string): string {
  return `least(case when ${conversation}.waiting_since <= ${batch}.answer_at then null else ${conversation}.waiting_since end,
        case when ${batch}.asked_at < ${conversation}.last_answer_at then null else ${openedWait(batch)} end)`
}

/** The same for a new conversation. */
export function openedWait(batch: string): string {
  return `case when ${batch}.asked_at <= ${batch}.answer_at then null else ${batch}.asked_at end`
}

const noParts = 'null::jsonb'

/**
 * Since when the customer of the conversation `id` waits by its messages, as a query of `asked_at` and `answer_at`.
 * `parts` is its `merged_parts`.
 */
export function waitOf(messages: string, account: string, id: string, parts = noParts): string {
  const part = `(select ${id} as id, 0 as base union all select x->>'id', (x->>'seq_base')::integer from jsonb_array_elements(${parts}) x) p`
  const of = `m.account_id = ${account} and m.conversation_id = p.id${parts === noParts ? '' : ` and ${isShown('m', parts)}`}`
  return `select asked.at as asked_at, answer.at as answer_at
      from (select 1) one
      left join lateral (select a.at, a.seq + p.base as seq from ${part} cross join lateral (
          select ${listedAt('m')} as at, m.seq from ${messages} m where ${of} and ${isAnswer('m')}
          order by ${listedAt('m')} desc, m.seq desc limit 1) a
        order by a.at desc, a.seq + p.base desc limit 1) answer on true
      left join lateral (select min(q.at) as at from ${part} cross join lateral (
          select ${listedAt('m')} as at from ${messages} m where ${of} and ${isQuestion('m')}
            and (${listedAt('m')}, m.seq) > (coalesce(answer.at, '-infinity'), coalesce(answer.seq - p.base, 0))
          order by ${listedAt('m')}, m.seq limit 1) q) asked on true`
}

/** The conversations of which the answer of `apply_event` says that their customers may wait otherwise now. */
export function waitsOf(applied: string): string {
  return `array(select jsonb_array_elements_text(coalesce(nullif(${applied}->'waits', 'null'::jsonb), '[]'::jsonb)))`
}
