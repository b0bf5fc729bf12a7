import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { messenger } from '../../src/webhooks/index.js'
import { inPayloadWords } from './in-payload-words.js'

interface Expected {
  readonly trap: string
  readonly outcome: 'events' | 'partial' | 'ignored' | 'invalid'
  readonly events?: readonly Record<string, unknown>[]
  readonly reason?: string
}

const folder = fileURLToPath(new URL('fixtures/', import.meta.url))
const expected: Record<string, Expected> = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8'))
const names = readdirSync(`${folder}messenger`).map((file) => file.slice(0, -'.json'.length))

describe('each collected Messenger body', () => {
  test('has an expectation, and each expectation a body', () => {
    expect(names.toSorted()).toEqual(Object.keys(expected).toSorted())
    expect(names.length).toBeGreaterThanOrEqual(44)
  })

  test.each(Object.entries(expected))('%s is read as expected', (name, { outcome, events = [] }) => {
    const normalized = messenger.normalize(JSON.parse(readFileSync(`${folder}messenger/${name}.json`, 'utf8')))
    expect(normalized.outcome).toBe(outcome)
    expect(normalized.items.map(inPayloadWords)).toEqual(events)
    expect(normalized.reason === null).toBe(outcome === 'events')
    expect(normalized.rejected.length > 0).toBe(outcome === 'partial' || outcome === 'invalid')
  })
})
