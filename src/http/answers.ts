/** What an answer says, and what kind of text it is. */
export interface Content {
  readonly contentType: string
  readonly body: string
}

/** The texts of answers, for servers that need not read them from the `Response` again. */
const texts = /* @__PURE__ */ new WeakMap<Response, string>()

/** Answers with a sentence for whoever reads the sender's log. It names headers and fields, never their content. */
export function refusal(status: number, sentence: string, headers: Readonly<Record<string, string>> = {}): Response {
  return answer(status, { contentType: 'text/plain; charset=utf-8', body: `${sentence}\n` }, headers)
}

export function answer(status: number, content: Content | null, headers: Readonly<Record<string, string>> = {}): Response {
  // A browser must not take an echoed challenge for a page.
  const type = content === null ? {} : { 'Content-Type': content.contentType, 'X-Content-Type-Options': 'nosniff' }
  const made = new Response(content?.body ?? null, { status, headers: { ...headers, ...type } })
  texts.set(made, content?.body ?? '')
  return made
}

/** The content of an answer. Null for a `Response` that a host has made itself. */
export function contentOf(response: Response): Uint8Array | null {
  const text = texts.get(response)
  return text === undefined ? null : new TextEncoder().encode(text)
}
