import { ok } from 'node:assert/strict'
import { test } from 'vitest'
import { onServer } from './scratch-schema.js'
import { sendPayloads } from './sql-payloads.js'

const payloads = process.env.STRESS_SCALE === 'small' ? 1_000 : 10_000

test('each of thousands of random payloads by SQL is refused with nothing written, or the library takes it and reads it back', async () => {
  const { refused, stored } = await sendPayloads(await onServer(), payloads)
  console.log(`${refused} payloads were refused, and ${stored} were stored and read back`)
  ok(refused > payloads / 5 && stored > payloads / 5)
})
