import type { Json } from '../../../model/json.js'
import { field, isRecord, present, storableObject, stringField } from '../fields.js'
import type { Content } from './whatsapp-context.js'

/** Reads the answer to a menu or a form, and in an echo the menu itself. Null when it is neither. */
export function readInteractive(given: unknown, fromInbox: boolean): Content | null {
  const type = stringField(given, 'type') ?? ''
  const reply = type === '' ? undefined : field(given, type)
  if (isRecord(reply)) {
    if (type === 'nfm_reply') {
      return {
        text: stringField(reply, 'body') ?? '',
        metadata: present({ formResponse: readForm(reply), formName: stringField(reply, 'name') }),
      }
    }
    const text = stringField(reply, 'title') ?? ''
    return {
      text,
      metadata: present({ quickReplyPayload: stringField(reply, 'id'), quickReplyDescription: stringField(reply, 'description') }),
    }
  }
  if (!fromInbox || !isRecord(given)) return null
  return {
    text: stringField(field(given, 'body'), 'text') ?? '',
    attachments: [{ type: 'interactive', payload: storableObject(given, ['body']) }],
  }
}

/** What a form was filled in with is JSON within a string. What cannot be parsed stays a string. */
function readForm(reply: unknown): Json {
  const text = stringField(reply, 'response_json')
  if (text === null) return null
  try {
    return storableObject(JSON.parse(text)) ?? text
  } catch {
    return text
  }
}
