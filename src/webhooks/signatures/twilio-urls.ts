/**
 * The URLs that Twilio may have signed when it called this one: as it came, without a port and with the standard one;
 * then as the platform writes it, which escapes more characters; then with its query as Node's `querystring` writes it.
 * Twilio's own package takes the same ones.
 */
export function signedUrls(url: string): ReadonlySet<string> {
  const written = new URL(url).toString()
  const ports = [withoutPort(written), withPort(written)]
  return new Set([withoutPort(url), withPort(url), ...ports, ...ports.map(withPlainQuery)])
}

interface UrlParts {
  /** Up to the host, with what stands before an `@`. */
  readonly start: string
  readonly isSecure: boolean
  readonly host: string
  /** With its colon; empty when there is none. */
  readonly port: string
  readonly rest: string
}

/** Takes a URL apart without a change to any letter of it. */
function partsOf(url: string): UrlParts | null {
  const [whole, scheme, authority] = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)/i.exec(url) ?? []
  if (whole === undefined || scheme === undefined || authority === undefined) return null
  const [, userInfo = '', host = '', port = ''] = /^(.*@)?(\[.*\][^:]*|[^:]*)(:.*)?$/s.exec(authority) ?? []
  return { start: scheme + userInfo, isSecure: scheme.toLowerCase() === 'https://', host, port, rest: url.slice(whole.length) }
}

function withoutPort(url: string): string {
  const parts = partsOf(url)
  return parts === null ? url : parts.start + parts.host + parts.rest
}

function withPort(url: string): string {
  const parts = partsOf(url)
  if (parts === null || parts.port !== '') return url
  return `${parts.start}${parts.host}${parts.isSecure ? ':443' : ':80'}${parts.rest}`
}

function withPlainQuery(url: string): string {
  const start = url.indexOf('?') + 1
  if (start === 0 || start === url.length) return url
  const values = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(`&${url.slice(start)}`)) values.set(name, [...(values.get(name) ?? []), value])
  const pairs = [...values].flatMap(([name, all]) => all.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`))
  return `${url.slice(0, start)}${pairs.join('&')}`
}
