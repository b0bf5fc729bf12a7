import { describe, expect, test } from 'vitest'
import { backends } from '../identities/backends.js'
import { runTraffic } from './traffic.js'

const isShort = process.env.STRESS_SCALE === 'small'
const changes = isShort ? 60 : 1_000
// The seed of a long run changes each day, and a failure prints it.
const seed = Number(process.env.MERGES_SEED ?? (isShort ? 1 : Math.floor(Date.now() / 86_400_000)))

describe('conversations that are merged and parted under traffic keep every message and every count', () => {
  for (const { name, isAbsent, open } of backends) {
    const run = async () => {
      const backend = await open()
      try {
        const { problems, ...counted } = await runTraffic(backend, { seed, changes })
        console.info(`${name}, seed ${seed}: ${JSON.stringify(counted)}`)
        expect(problems).toEqual([])
      } finally {
        await backend.close()
      }
    }
    test.skipIf(isAbsent)(`${changes} merges and unmerges on ${name}`, run, 60 * 60_000)
  }
})
