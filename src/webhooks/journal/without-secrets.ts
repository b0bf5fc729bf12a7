import { isRecord, isSecret, withoutSecretParameters } from '../reading/fields.js'

/** The keys under which a body has the address of another page, which bears the token with which it was asked for. */
const pageLinks = ['next', 'previous', 'paging']

/**
 * Makes a copy of a body without what gives its holder a right. It leaves out whole members, and no normalizer reads
 * one of them, so the copy is read as the body is. A text that a person wrote stays as it is, whatever it looks like.
 */
export function withoutBodySecrets(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(withoutBodySecrets)
  if (!isRecord(body)) return body
  // `fromEntries` defines its keys, whereas an assignment to `__proto__` would set the prototype.
  return Object.fromEntries(
    Object.entries(body)
      .filter(([key]) => !isSecret(key))
      .map(([key, member]) => [
        key,
        typeof member === 'string' && pageLinks.includes(key) ? withoutSecretParameters(member) : withoutBodySecrets(member),
      ]),
  )
}
