import fc from 'fast-check'
import { expect, vi } from 'vitest'
import { twilioSignature } from '../../../src/webhooks/index.js'
import { authToken, sharedKey, twilioCall, twilioSays } from './random-twilio.js'

/** Random calls of Twilio: our answer is that of Twilio's own package. Returns how many of them were genuine. */
export async function sameAsTwilio(calls: number): Promise<number> {
  // The package warns of each algorithm that it does not know.
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  let genuine = 0
  try {
    await fc.assert(
      fc.asyncProperty(twilioCall, async (call) => {
        const { valid } = await twilioSignature(call, { authToken, sharedKey })
        expect(valid).toBe(twilioSays(call))
        if (valid) genuine += 1
      }),
      { numRuns: calls },
    )
  } finally {
    warn.mockRestore()
  }
  return genuine
}
