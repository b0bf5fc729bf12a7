/** What an answer says, and what kind of text it is. */
export interface Content {
  readonly contentType: string
  readonly body: string
}

/** Answers with a sentence for whoever reads the sender's log. It names headers and fields, never their content. */
export function refusal(status: number, sentence: string, headers: Readonly<Record<string, string>> = {}): Response {
  return answer(status, { contentType: 'text/plain; charset=utf-8', body: `${sentence}\n` }, headers)
}

export function answer(status: number, content: Content | null, headers: Readonly<Record<string, string>> = {}): Response {
  if (content === null) return new Response(null, { status, headers })
  // A browser must not take an echoed challenge for a page.
  const type = { 'Content-Type': content.contentType, 'X-Content-Type-Options': 'nosniff' }
  return new Response(content.body, { status, headers: { ...headers, ...type } })
}
