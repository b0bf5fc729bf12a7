import { refusal } from '../model/validation/refusal.js'

const schemes = ['postgres', 'postgresql', 'mongodb', 'mongodb+srv', 'pglite', 'memory'] as const
export type UrlScheme = (typeof schemes)[number]

/** Returns the scheme of a URL by which a store can be opened. Throws VALIDATION_FAILED for any other. */
export function schemeOf(url: string): UrlScheme {
  const given = typeof url === 'string' ? url.slice(0, Math.max(0, url.indexOf(':'))).toLowerCase() : ''
  const scheme = schemes.find((known) => known === given)
  // The error does not quote the URL, which may hold a password.
  if (scheme === undefined) throw refusal(['url'], `must begin with ${schemes.map((known) => `${known}:`).join(', ')}`)
  if (/^pglite:(\/\/)?$/i.test(url)) throw refusal(['url'], 'must name a directory: pglite:./directory')
  return scheme
}
