// A quote ends a word only where punctuation, a space or the end follows: a password may hold quotes, too.
const ending = '\\\\*["\'`](?=[\\s,;:.)\\]}>]|$)'
const setting = '(?:password|passwd|pwd|passphrase|session_token|authMechanismProperties)'
// The next URL of a list, or a parameter that is a secret itself, is not a part of the user info. The limit keeps long texts cheap.
const inWord = `(?:(?!${ending}|[,;|][a-z][a-z0-9+.-]{0,30}://|[?&]\\w*${setting}=)\\S){0,2000}`
const user = `(?:(?!${ending})[^\\s/?#:]){0,500}`
const port = '\\d{1,5}(?:[/,?#"\'`\\s]|$)'

// A driver takes "@" and "/" for a part of a password, so that user info ends with the last "@" of its word. What has neither
// an "@" in its word nor a port had a quote in its password, and is looked for up to the next space.
const userInfo = new RegExp(`(://)(?:${user}:${inWord}@|${user}:(?!${port})\\S{0,2000}@|[^\\s/?#:@"'\`]{0,500}@)`, 'gi')

const quoted = `'(?:[^'\\\\]|\\\\.)*'|(?!${ending})"(?:[^"\\\\]|\\\\.)*"`
const secretSetting = new RegExp(`(${setting}[ \\t]*=[ \\t]*)(?:${quoted}|(?:(?!${ending}|&[\\w.]+=)\\S)+)`, 'gi')

/**
 * The text without what a connection string in it keeps secret: `postgres://u:p@host/db` becomes `postgres://***@host/db`, and `password=p`
 * becomes `password=***`. A driver's error may quote the string that it was given, so whatever is told of an error goes through here first.
 */
export function withoutSecrets(text: string): string {
  return text.replace(userInfo, '$1***@').replace(secretSetting, '$1***')
}
