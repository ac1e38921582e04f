/** The header Content-Disposition for saving a file under a name. Characters that clients read differently become `_`. */
export function attachmentNamed(name: string): string {
  return `attachment; filename="${name.replaceAll(/[^ !#-[\]-~]/g, '_')}"`;
}
