// A quote ends a word only if punctuation, a space or the end follows, because a password may hold quotes, too.
const ending = '\\\\*["\'`](?=[\\s,;:.)\\]}>]|$)'
const setting = '(?:password|passwd|pwd|passphrase|session_token|authMechanismProperties)'
// The user info of a URL does not reach into the next URL of a list, nor into a parameter that is a secret itself. The
// limit keeps long texts cheap.
const inWord = `(?:(?!${ending}|[,;|][a-z][a-z0-9+.-]{0,30}://|[?&]\\w*${setting}=)\\S){0,2000}`
const user = `(?:(?!${ending})[^\\s/?#:]){0,500}`
const port = '\\d{1,5}(?:[/,?#"\'`\\s]|$)'

// A driver takes "@" and "/" as parts of a password, so the user info ends with the last "@" of its word. If the word
// has no "@", and no port either, then a quote in the password has cut it short, and the user info goes on to the next
// space.
const userInfo = new RegExp(`(://)(?:${user}:${inWord}@|${user}:(?!${port})\\S{0,2000}@|[^\\s/?#:@"'\`]{0,500}@)`, 'gi')

const quoted = `'(?:[^'\\\\]|\\\\.)*'|(?!${ending})"(?:[^"\\\\]|\\\\.)*"`
const secretSetting = new RegExp(`(${setting}[ \\t]*=[ \\t]*)(?:${quoted}|(?:(?!${ending}|&[\\w.]+=)\\S)+)`, 'gi')

/**
 * Removes from a text what the connection strings in it keep secret: `postgres://u:p@host/db` becomes
 * `postgres://***@host/db`, and `password=p` becomes `password=***`. A driver's error may quote the string that it was
 * given, so everything that is told of an error goes through this function first.
 */
export function withoutSecrets(text: string): string {
  return text.replace(userInfo, '$1***@').replace(secretSetting, '$1***')
}
