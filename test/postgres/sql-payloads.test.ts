import { ok } from 'node:assert/strict'
import { test } from 'vitest'
import { onServer } from './scratch-schema.js'
import { sendPayloads } from './sql-payloads.js'

test('each of 1,000 random payloads by SQL is refused with nothing written, or the library takes it and reads it back', async () => {
  const { refused, stored } = await sendPayloads(await onServer(), 1000)
  ok(refused > 200 && stored > 200, `${refused} refused, ${stored} stored`)
})
