import type { Patch } from '../store/adapter.js'
import { differs, type Expression, presentLiteral } from './expressions.js'
import { storeJson } from './json-field.js'
import { literal } from './literal.js'

export interface PatchExpressions {
  /** Each expression tells whether the patch changes one of its fields. */
  readonly when: readonly Expression[]
  readonly set: Readonly<Record<string, Expression>>
}

/** The expressions for the fields that a patch names. */
export function patchExpressions({ nickname, customerName, customerUsername, chatbotId, metadata }: Patch): PatchExpressions {
  const fields = Object.entries({
    nickname,
    customer_name: customerName,
    customer_username: customerUsername,
    chatbot_id: chatbotId,
    metadata: metadata === undefined ? undefined : storeJson(metadata),
  }).filter(([, value]) => value !== undefined)
  return {
    when: fields.map(([field, value]) => differs(field, value)),
    set: Object.fromEntries(fields.map(([field, value]) => [field, field === 'chatbot_id' ? presentLiteral(value) : literal(value)])),
  }
}
