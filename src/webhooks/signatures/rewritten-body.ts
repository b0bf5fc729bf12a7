import type { Bytes } from './digests.js'
import type { RefusedSignature } from './signed-request.js'
import { refused } from './verdicts.js'

/**
 * Says why a signature over the raw body does not fit. A body that reads letter by letter as `JSON.stringify` writes it
 * was probably parsed and written again on its way here, which changes bytes: `\/` becomes `/`, and an escaped emoji
 * becomes a plain one.
 */
export function mismatchOver(body: Bytes): RefusedSignature {
  const mismatch = 'the signature belongs to another body or to another secret'
  const hint = '; the body looks as if it was parsed before the check and written again: hand in its raw bytes'
  return refused('mismatch', isRewritten(body) ? `${mismatch}${hint}` : mismatch)
}

/** Larger bodies are not looked at: whoever sends a forged one would otherwise have us parse it. */
const examinedBytes = 65_536

function isRewritten(body: Bytes): boolean {
  if (body.length > examinedBytes) return false
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
    return JSON.stringify(JSON.parse(text)) === text
  } catch {
    return false
  }
}
