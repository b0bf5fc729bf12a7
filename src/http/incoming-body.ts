/** The part of Node's `IncomingMessage` from which a body is read. */
export interface BodySource {
  iterator(options: { readonly destroyOnReturn: boolean }): AsyncIterable<Uint8Array>
}

/** A body that a server is still receiving. It can be read once, in one of the two ways. */
export interface IncomingBody {
  /** For a `Request`. It takes nothing from the server before somebody reads from it. */
  readonly stream: ReadableStream<Uint8Array>
  /**
   * The same bytes straight from the server, because the way through a stream takes several times as long for a small
   * body. Null when somebody has begun to read before.
   */
  chunks(): AsyncIterable<Uint8Array> | null
}

export function incomingBody(source: BodySource): IncomingBody {
  let isTaken = false
  let iterator: AsyncIterator<Uint8Array> | undefined
  const chunks = () => {
    if (isTaken) return null
    isTaken = true
    return source.iterator({ destroyOnReturn: false })
  }
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        iterator ??= chunks()?.[Symbol.asyncIterator]()
        if (iterator === undefined) throw new TypeError('the body was read before')
        const { done, value } = await iterator.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await iterator?.return?.()
      },
    },
    { highWaterMark: 0 },
  )
  return { stream, chunks }
}
