import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const file = fileURLToPath(new URL('../../../src/netlink/index.ts', import.meta.url));
const program = ts.createProgram([file], {
  strict: true,
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  types: ['node'],
  noEmit: true,
});
const checker = program.getTypeChecker();
const exported = exportedTypes();

/**
 * The members of a type that netplumb/rtnl exports (of a union: of all its parts), each with the names of its types:
 * `number`, `string`, `bigint`, `boolean` or that of an interface; `[]` behind it for a list.
 */
export function membersOf(name: string): Map<string, readonly string[]> {
  const type = exported.get(name);
  if (!type) {
    throw new Error(`netplumb/rtnl exports no type ${name}`);
  }
  const members = new Map<string, readonly string[]>();
  for (const part of type.isUnion() ? type.types : [type]) {
    for (const property of part.getProperties()) {
      members.set(property.name, [...new Set(partsOf(checker.getTypeOfSymbol(property)).map(nameOf))]);
    }
  }
  return members;
}

function exportedTypes(): Map<string, ts.Type> {
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) {
    throw new Error(`${file} is no module`);
  }
  const types = new Map<string, ts.Type>();
  for (const symbol of checker.getExportsOfModule(module)) {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    if (target.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias)) {
      types.set(symbol.name, checker.getDeclaredTypeOfSymbol(target));
    }
  }
  return types;
}

/** The parts of a union without `undefined`. */
function partsOf(type: ts.Type): readonly ts.Type[] {
  const parts = type.isUnion() ? type.types : [type];
  return parts.filter((part) => !(part.flags & ts.TypeFlags.Undefined));
}

function nameOf(type: ts.Type): string {
  if (checker.isArrayType(type)) {
    const [element] = checker.getTypeArguments(type as ts.TypeReference);
    return `${element ? nameOf(element) : 'unknown'}[]`;
  }
  const primitives = [
    [ts.TypeFlags.NumberLike, 'number'],
    [ts.TypeFlags.BigIntLike, 'bigint'],
    [ts.TypeFlags.StringLike, 'string'],
    [ts.TypeFlags.BooleanLike, 'boolean'],
  ] as const;
  const primitive = primitives.find(([flag]) => type.flags & flag);
  return primitive?.[1] ?? type.aliasSymbol?.name ?? type.symbol?.name ?? checker.typeToString(type);
}
