import { contentionPause } from './contention-pause.js'
import type { Doc } from './driver.js'
import { isDuplicateKey } from './translate-error.js'

const attempts = 20

/**
 * Sends an upsert of one document until it is answered with the document, or with nothing where it asks for the one
 * before. Two processes may insert the document at once: the one that fails finds it on its next attempt.
 */
export async function upserted(send: () => Promise<Doc | null>): Promise<Doc> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await send()) ?? {}
    } catch (error) {
      if (!isDuplicateKey(error) || attempt === attempts) throw error
    }
    await contentionPause(attempt)
  }
}
