import { type Facts, isProblem, type LinkFacts, type LinkOwner, type RecordFacts } from '../facts.js';
import { type Finding, finding, ok } from '../finding.js';

/** The records, and whether the kernel agrees with them. */
export function checkRecords(facts: Facts): Finding[] {
  const { namespace, records } = facts;
  const links = isProblem(namespace) ? [] : namespace.links;
  return [
    ...checkNamespace(facts),
    ...(records ? (isProblem(records) ? [damaged(records)] : checkSandboxes(records, links)) : []),
    ...(records ? [] : [ok('records', 'there are no records yet')]),
    ...checkDefinitions(facts),
    ...checkOthers(links),
  ];
}

function checkNamespace({ namespace }: Facts): Finding[] {
  if (!isProblem(namespace)) {
    return [ok('host-namespace', "the host's network namespace can be opened and read")];
  }
  const { problem, hint } = namespace;
  return [
    finding('host-namespace', 'error', ["the host's network namespace cannot be looked into", `${problem}.`, hint]),
  ];
}

function damaged({ problem, hint }: { readonly problem: string; readonly hint?: string }): Finding {
  return finding('records', 'error', ['the records cannot be read', `${problem}.`, hint]);
}

function checkSandboxes(
  { sandboxes, networks, known, dead, isGuarded }: RecordFacts,
  links: readonly LinkFacts[],
): Finding[] {
  return [
    ok(
      'records',
      `records can be read: ${counted(sandboxes.length, 'sandbox', 'sandboxes')}, ${counted(networks.length, 'network', 'networks')}`,
    ),
    dead.length === 0
      ? ok('sandboxes', 'no sandbox on record is dead')
      : finding('sandboxes', 'warning', [
          `${counted(dead.length, 'sandbox is', 'sandboxes are')} on record but dead: ${listed(dead)}`,
          'Their namespaces or owners are gone; they still hold names and addresses.',
          'Remove them: netplumb gc',
        ]),
    ...checkOrphans(known, links),
    ...checkRulesInForce(isGuarded),
  ];
}

function checkRulesInForce(isGuarded: boolean | undefined): Finding[] {
  if (isGuarded === undefined) {
    return [];
  }
  if (isGuarded) {
    return [ok('rules', 'the rules that sandboxes rely on are in force')];
  }
  return [
    finding('rules', 'error', [
      'the rules that sandboxes rely on are missing, or others than on record',
      'Published ports may not be reached, and what should be kept apart may not be.',
      'Restore them: netplumb rules --apply',
    ]),
  ];
}

function checkOrphans(known: ReadonlySet<string>, links: readonly LinkFacts[]): Finding[] {
  const orphans = links.filter(({ owner }) => owner?.isOurs && !known.has(owner.id));
  if (orphans.length === 0) {
    return [ok('orphans', 'every link of ours belongs to a sandbox or network on record')];
  }
  const title = `links of sandboxes or networks that are not on record: ${listed(orphans.map(({ name }) => name))}`;
  return [
    finding('orphans', 'warning', [
      title,
      'Something removed the records without the links.',
      'Remove them: netplumb gc',
    ]),
  ];
}

function checkDefinitions({ definitions }: Facts): Finding[] {
  if (definitions.length === 0) {
    return [ok('definitions', 'the networks that outlive a reboot can be read')];
  }
  return definitions.map(({ problem, hint }) => {
    const remedy = hint ?? 'Move the file away and create the network again.';
    return finding('definitions', 'error', ['a network that was to outlive a reboot is lost', `${problem}.`, remedy]);
  });
}

/** Other run directories whose links are on this host: two netplumbs that know nothing of each other. */
function checkOthers(links: readonly LinkFacts[]): Finding[] {
  const owners = links.flatMap(({ owner }): LinkOwner[] => (owner && !owner.isOurs ? [owner] : []));
  const directories = [...new Set(owners.map(({ directory }) => directory))];
  if (directories.length === 0) {
    return [ok('other-run-directories', 'no link on this host belongs to another run directory')];
  }
  return directories.map((directory) => {
    const count = owners.filter((owner) => owner.directory === directory).length;
    return finding('other-run-directories', 'note', [
      `${counted(count, 'link belongs', 'links belong')} to run directory ${directory}`,
      'Its sandboxes and networks are not shown here, and gc here leaves them alone.',
      `To look after them: netplumb --run-dir ${directory} ls`,
    ]);
  });
}

function counted(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}

/** The first few. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(', ');
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}
