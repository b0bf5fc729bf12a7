import { refusal } from '../model/validation/refusal.js'
import type { MergeTables } from './merge-tables.js'

/** No message names a conversation by the field. */
export function notNamed({ name, conversationId }: NonNullable<MergeTables['messages']>, field: string) {
  return refusal(
    ['conversations', 'id'],
    `no row of ${name} has the ${field} of a conversation in ${conversationId}: say by which field they name it, or give messages: null`,
  )
}

/** The conversation that is kept has no value in the field, by which its messages would name it. */
export function nameless({ conversations: { name, id: field } }: MergeTables, id: string) {
  return refusal(['conversations', 'id'], `the row ${id} of ${name} has no ${field}, by which its messages would name it`)
}

/** A conversation that is no double has the value too, by which the messages of one that is merged away name it. */
export function sharedName(field: string, value: string) {
  return refusal(['conversations', 'id'], `several conversations have the ${field} ${value}, so nobody can tell whose its messages are`)
}
