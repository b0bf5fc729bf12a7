import { refusal } from '../model/validation/refusal.js'
import { answer } from './answers.js'

export function jsonAnswer(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Response {
  const content = { contentType: 'application/json; charset=utf-8', body: JSON.stringify(body) }
  return answer(status, content, { 'Cache-Control': 'no-store', ...headers })
}

/** Answers with a sentence. It names fields and inboxes, and never a token or what people wrote. */
export function failed(status: number, error: string, headers?: Readonly<Record<string, string>>): Response {
  return jsonAnswer(status, { error }, headers)
}

/** Whether a body is declared as JSON. A form of another site can post any text, but not as JSON. */
export function isJson(headers: Headers): boolean {
  const [type = ''] = (headers.get('content-type') ?? '').split(';')
  return (headers.get('content-encoding') ?? 'identity') === 'identity' && type.trim().toLowerCase() === 'application/json'
}

/** Throws VALIDATION_FAILED for bytes that are no JSON. */
export function parsedJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    // The parser's own error quotes the text.
    throw refusal([], 'the body must be a JSON object in UTF-8')
  }
}
