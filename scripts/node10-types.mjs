// Projects that compile for CommonJS with TypeScript's old resolution do not read `exports`. `typesVersions` leads them
// to the subpaths.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** Returns what the compiler says about a program that imports every entry point, in a project that has the package. */
export function node10Problems(directory, entryPoints) {
  const program = entryPoints.map(
    (entry, index) => `import * as entry${index} from '${entry}'\nexport type E${index} = typeof entry${index}\n`,
  )
  const file = join(directory, 'node10.ts')
  writeFileSync(file, program.join(''))
  const options = {
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    ignoreDeprecations: '6.0',
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  }
  const found = ts.getPreEmitDiagnostics(ts.createProgram([file], options))
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
}
