/// Elements without markup in strings: nothing that a file or an answer says is
/// ever read as HTML.

/// Makes an element. `props`: `class`, `on` ({event: handler}), `data`, `hidden`
/// and the like are set as properties where there is one, else as attributes;
/// null and false are left out. Children: nodes, text, numbers, nested lists;
/// null and false are left out.
export function h(tag, props = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name || 'div');
  if (classes.length > 0) element.className = classes.join(' ');
  set(element, props);
  element.append(...nodes(children));
  return element;
}

/// The same for a drawing; all props are attributes.
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
    else if (key in element && !key.startsWith('aria') && key !== 'list' && key !== 'for') element[key] = value;
    else element.setAttribute(key === 'for' ? 'for' : key, value === true ? '' : value);
  }
}

function nodes(children) {
  return children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false)
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
