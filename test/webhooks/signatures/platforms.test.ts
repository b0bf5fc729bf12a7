import { afterEach, describe, expect, test, vi } from 'vitest'
import { metaSignature } from '../../../src/webhooks/index.js'
import { appSecret, metaHeader } from '../handler/signed-post.js'

afterEach(() => {
  vi.restoreAllMocks()
})

/** What is said of a signed body, and of the body with another last letter. */
async function verdictsOn(length: number): Promise<readonly boolean[]> {
  const body = 'a'.repeat(length)
  const headers = metaHeader(body)
  const verdicts = [body, `${body.slice(1)}b`].map((each) => metaSignature({ headers, body: each }, ['another-secret', appSecret]))
  return (await Promise.all(verdicts)).map(({ valid }) => valid)
}

describe.each([10, 65_536, 65_537])('the signature of a body of %i bytes', (length) => {
  test("is checked alike by Node's crypto and by the web's alone", async () => {
    expect(await verdictsOn(length)).toEqual([true, false])
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
    expect(await verdictsOn(length)).toEqual([true, false])
  })

  test('is checked in place while the body is small', async () => {
    const elsewhere = vi.spyOn(crypto.subtle, 'verify')
    await verdictsOn(length)
    expect(elsewhere.mock.calls.length > 0).toBe(length > 65_536)
  })
})
