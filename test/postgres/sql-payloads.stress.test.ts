import { ok } from 'node:assert/strict'
import { test } from 'vitest'
import { onServer } from './scratch-schema.js'
import { sendPayloads } from './sql-payloads.js'

test('each of 10,000 random payloads by SQL is refused with nothing written, or the library takes it and reads it back', async () => {
  const { refused, stored } = await sendPayloads(await onServer(), 10_000)
  console.log(`${refused} payloads were refused, and ${stored} were stored and read back`)
  ok(refused > 2000 && stored > 2000)
})
