/// Elements without markup in strings: nothing that a file or an answer says is
/// ever read as HTML.

/// Makes an element: `h('p.quiet', {lang: 'en'}, 'text')`; `props` may be left out. They are
/// `class`, `on` ({event: handler}), `data`, and what else is set as a property where there is one,
/// else as an attribute. Children: nodes, text, numbers, nested lists. Null and false are left out of
/// both.
export function h(tag, props, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name);
  if (classes.length > 0) element.className = classes.join(' ');
  if (props?.constructor === Object) set(element, props);
  else children.unshift(props);
  element.append(...nodes(children));
  return element;
}

/// A button that does something; `kind` is a class: 'primary', 'small'.
export const button = (kind, words, does) =>
  h(kind ? `button.${kind}` : 'button', { type: 'button', on: { click: does } }, words);

/// An element of a drawing; all props are attributes.
export function svg(tag, props = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [key, value] of Object.entries(props)) element.setAttribute(key, value);
  element.append(...nodes(children));
  return element;
}

function set(element, props) {
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === 'class') element.classList.add(...value.split(' ').filter(Boolean));
    else if (key === 'on') for (const [event, does] of Object.entries(value)) element.addEventListener(event, does);
    else if (key === 'data') Object.assign(element.dataset, value);
    else if (key in element && !key.startsWith('aria')) element[key] = value;
    else element.setAttribute(key, value === true ? '' : value);
  }
}

function nodes(children) {
  return children
    .flat(Infinity)
    .filter((c) => c !== null && c !== undefined && c !== false)
    .map((c) => (c instanceof Node ? c : String(c)));
}

/// Puts `children` in the place of all that is in `element`.
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
  return element;
}

/// Changes a text only where it is another one, so that nothing is drawn or read out twice.
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/// Offers `text` as a file.
export function download(name, text, type = 'text/csv;charset=utf-8') {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = h('a', { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
