import type { RefusedSignature, SignatureVerdict } from './signed-request.js'

export const valid: SignatureVerdict = { valid: true }

export function refused(cause: RefusedSignature['cause'], reason: string): RefusedSignature {
  return { valid: false, cause, reason }
}

export const noSecret: RefusedSignature = { valid: false, cause: 'no_secret', reason: 'no secret is configured' }

/**
 * Runs a check, and refuses the request when the check throws. Headers, bodies and secrets may come from anywhere, and
 * a getter, a proxy or a detached buffer among them throws. Neither a request nor a host's mistake may end a process.
 */
export async function withoutErrors(check: () => Promise<SignatureVerdict>): Promise<SignatureVerdict> {
  try {
    return await check()
  } catch {
    return refused('unreadable', 'the request cannot be read')
  }
}

/** Whether a check holds under any of the secrets. */
export async function holdsUnderAny(secrets: readonly string[], holds: (secret: string) => Promise<boolean>): Promise<boolean> {
  for (const secret of secrets) if (await holds(secret)) return true
  return false
}
