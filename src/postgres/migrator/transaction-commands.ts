/** Words with which a statement begins or ends a transaction. `rollback to` only goes back to a savepoint. */
const ending = /^(begin|start transaction|commit|end|abort|prepare transaction|rollback(?! (work |transaction )?to\b))\b/
/** Statements that let a read-only session write. */
const readWrite =
  /^(set (local |session )?(transaction|characteristics|(default_)?transaction_read_only)\b|reset (all|(default_)?transaction_read_only)\b|discard all\b)/

/** The first command in an SQL text that begins or ends a transaction, or null. */
export function transactionCommand(text: string): string | null {
  return commandIn(text, (statement) => ending.exec(statement)?.[0] ?? null)
}

/** The first command in an SQL text that begins or ends a transaction or makes it one that writes, or null. */
export function escapeFromReadOnly(text: string): string | null {
  return commandIn(text, (statement) => (ending.exec(statement) ?? readWrite.exec(statement))?.[0] ?? null)
}

/**
 * Whether a backslash escapes a quote in a plain string is a setting of the session. A command counts in whichever way
 * the text is read.
 */
function commandIn(text: string, of: (statement: string) => string | null): string | null {
  for (const backslashes of [false, true])
    for (const statement of beginnings(text, backslashes)) {
      const command = of(statement)
      if (command !== null) return command
    }
  return null
}

const mostWords = 5

/**
 * The first words of each statement of a text, in lower case. Strings, quoted identifiers and comments hold no words,
 * and the body of a function that is written as `begin atomic … end` is part of its statement.
 */
function beginnings(text: string, backslashes: boolean): readonly string[] {
  const tokens = backslashes ? withBackslashes : withoutBackslashes
  const found: string[] = []
  let words: string[] = []
  let isRoutine = false
  let depth = 0
  for (const [token] of text.matchAll(tokens)) {
    const word = token.toLowerCase()
    if (word === ';' && depth === 0) {
      found.push(words.join(' '))
      words = []
      isRoutine = false
    } else if (/^[a-z_]/.test(word)) {
      if (words.length < mostWords) words.push(word)
      isRoutine ||= words[0] === 'create' && (word === 'function' || word === 'procedure')
      if (isRoutine && (word === 'begin' || (word === 'case' && depth > 0))) depth += 1
      if (word === 'end' && depth > 0) depth -= 1
    }
  }
  return [...found, words.join(' ')]
}

const withoutBackslashes = tokensOf(`'(?:[^']|'')*'`)
const withBackslashes = tokensOf(`'(?:[^'\\\\]|\\\\.|'')*'`)

/** What no quote closes is read as words. A word is the only token that begins with a letter or an underscore. */
function tokensOf(plainString: string): RegExp {
  return new RegExp(
    [
      '--[^\\n]*',
      '/\\*(?:[^*/]|\\*(?!/)|/(?!\\*)|/\\*(?:[^*]|\\*(?!/))*\\*/)*\\*/',
      `\\b[eE]'(?:[^'\\\\]|\\\\.|'')*'`,
      plainString,
      '"(?:[^"]|"")*"',
      '(?<![\\w$])\\$([\\w\\u0080-\\uffff]*)\\$[\\s\\S]*?\\$\\1\\$',
      '[a-zA-Z_\\u0080-\\uffff][\\w$\\u0080-\\uffff]*',
      ';',
    ].join('|'),
    'gs',
  )
}
