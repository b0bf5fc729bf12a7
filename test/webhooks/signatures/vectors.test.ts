import { expect, test } from 'vitest'
import { check, requestOf, vectors } from './vectors.js'

test.each(vectors.map(([scheme, vector]) => ({ scheme, vector, title: `${scheme}: ${vector.name}` })))(
  '$title',
  async ({ scheme, vector }) => {
    const request = requestOf(vector)
    expect((await check(scheme, request, vector)).valid).toBe(vector.valid)
    const lowerCase = Object.fromEntries(Object.entries(vector.headers).map(([name, value]) => [name.toLowerCase(), [value]]))
    for (const headers of [new Headers(vector.headers), lowerCase]) {
      expect((await check(scheme, { ...request, headers }, vector)).valid).toBe(vector.valid)
    }
    const bytes = new TextEncoder().encode(vector.rawBody)
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
    shared.set(bytes)
    for (const body of [bytes, Buffer.from(bytes), bytes.buffer, new DataView(bytes.buffer), shared, shared.buffer]) {
      expect((await check(scheme, { ...request, body }, vector)).valid).toBe(vector.valid)
    }
  },
)

test.each(vectors.filter(([, { valid }]) => valid).map(([scheme, vector]) => ({ scheme, vector, title: `${scheme}: ${vector.name}` })))(
  'without a secret nothing is valid: $title',
  async ({ scheme, vector }) => {
    for (const secret of ['', ' ', 'another']) {
      expect(await check(scheme, requestOf(vector), { ...vector, secret })).toMatchObject({ valid: false })
    }
    expect(await check(scheme, requestOf(vector), { ...vector, secret: '' })).toMatchObject({ cause: 'no_secret' })
  },
)
