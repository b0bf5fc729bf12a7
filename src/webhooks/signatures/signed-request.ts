/**
 * A request whose signature is to be checked. Each part is taken as it came: a body that was parsed before has lost the
 * bytes that were signed, and no signature is found to be valid over it.
 */
export interface SignedRequest {
  /** A `Headers`, or an object as in Node's `request.headers`. The case of a name does not matter. */
  readonly headers: RequestHeaders
  /** The raw body: its bytes, or its text, which is taken as UTF-8. */
  readonly body: unknown
  /** The URL that the sender called, as the public sees it. Only Twilio's signature covers it. */
  readonly url?: string
}

/** What has headers by name: a `Headers`, or an object as in Node's `request.headers`. */
export type RequestHeaders = { get(name: string): string | null } | Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * One secret, or several while one is being replaced by the next: a request is valid under any of them. An empty one
 * and an undefined one are none, as a variable of the environment is that nobody has set.
 */
export type Secrets = string | undefined | readonly (string | undefined)[]

/** Whether a request comes from who knows the secret. */
export type SignatureVerdict = { readonly valid: true } | RefusedSignature

/** Why a request is refused. */
export interface RefusedSignature {
  readonly valid: false
  /**
   * `no_secret`: the host has none for this request. `unsigned`: the request carries no signature. `malformed`: what it
   * carries is no signature of this kind. `mismatch`: the signature belongs to other content, to another secret or to a
   * time that is over. `unreadable`: the bytes that were signed are not there.
   */
  readonly cause: 'no_secret' | 'unsigned' | 'malformed' | 'mismatch' | 'unreadable'
  /** In words, for a log. It names headers and fields, never their content. */
  readonly reason: string
}
