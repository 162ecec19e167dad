// 自動保存: what is typed on the live screen goes to this browser's storage at once and leaves it only when the
// server has acknowledged just that text. See docs/decisions/0038.
//
// A *field* is one place on the page ([data-live-field]); `version` and `value` are what the person has seen of it.
// A *draft* is one text that the server has not settled yet. Its first part (`op`, `base`, `value`) is frozen once it
// has been sent, because a request that got lost is repeated as it was; what is typed meanwhile waits in `newer`.
(() => {
  "use strict";

  const root = document.getElementById("live");
  if (!root) return;

  const QUIET_MS = 300;
  const LONGEST_MS = 1000;
  const REQUEST_MS = 10_000;
  const FIRST_RETRY_MS = 500;
  const LONGEST_RETRY_MS = 10_000;
  const TICK_MS = 2500;
  const HANGING_MS = 2000;
  const LARGEST_PARTING = 60_000; // bytes: browsers refuse more of a request that is to outlive its page
  const BEAT_STALE_MS = 180_000; // timers of a hidden window may run once a minute only

  const TEXTS = {
    ja: {
      saved: "保存済み",
      waiting: "保存しています",
      offline: "オフライン",
      offlineKept: "オフライン（入力はこの端末に残しています）",
      login: "ログインが切れました。入力はこの端末に残しています。",
      other: "別の利用者でログインされています。入力は送らずに、この端末に残しています。",
      loginLink: "ログインし直す",
      refused: "保存できない入力があります",
      conflict: "二つの内容があります",
      noStorage: "この端末に控えを残せません。保存されないうちに画面を読み込み直すと、入力が失われます。",
      refusedHere: "この入力は保存されていません。こちらに残しています。",
      copy: "写し取る",
      copied: "写し取りました",
      discard: "この入力を捨てる",
      sureDiscard: "この入力を捨てます。元に戻せません。よろしいですか。",
      again: "もう一度送る",
      unsent: "送れなかった入力",
      elsewhere: "ほかの人の内容と違っています。議題を開いて、どちらにするか選んでください。",
      openItem: "議題を開く",
      twoTexts: "ほかの人が先に書いています。どちらにするかを選ぶまで、二つとも残します。",
      standing: "今の内容",
      yours: "この画面で書いた内容",
      keepCurrent: "今の内容を残す",
      takeMine: "この画面の内容に替える",
      joinBoth: "両方をつなぐ",
      empty: "（空欄）",
    },
    en: {
      saved: "Saved",
      waiting: "Saving",
      offline: "Offline",
      offlineKept: "Offline (your text is kept on this device)",
      login: "You have been signed out. Your text is kept on this device.",
      other: "Somebody else is signed in. Your text is not sent; it is kept on this device.",
      loginLink: "Sign in again",
      refused: "Some text could not be saved",
      conflict: "There are two versions",
      noStorage: "This device cannot keep a copy. Reloading before it is saved would lose the text.",
      refusedHere: "This text is not saved. It is kept here.",
      copy: "Copy",
      copied: "Copied",
      discard: "Discard this text",
      sureDiscard: "This text will be discarded for good. Are you sure?",
      again: "Send again",
      unsent: "Text that could not be sent",
      elsewhere: "It differs from somebody else's text. Open the item and choose which holds.",
      openItem: "Open the item",
      twoTexts: "Somebody else was first. Both are kept until one is chosen.",
      standing: "What stands now",
      yours: "What was written here",
      keepCurrent: "Keep what stands",
      takeMine: "Use what was written here",
      joinBoth: "Join both",
      empty: "(empty)",
    },
  };
  const texts = document.documentElement.lang.startsWith("en") ? TEXTS.en : TEXTS.ja;

  const user = root.dataset.user;
  const live = root.dataset.live;
  const meeting = live.split("/").at(-2);
  const addressOf = (id) => live.replace(`/${meeting}/`, `/${id}/`);

  // randomUUID exists on https and localhost only; offices also use plain http in their own network.
  const newId = () =>
    [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // ---- The browser's storage -------------------------------------------------------------------------------------

  const open = (name) => {
    try {
      return window[name];
    } catch {
      return null; // switched off
    }
  };
  const storage = open("localStorage");
  const ofTab = open("sessionStorage");
  let storageFails = storage === null;

  const KEPT = ["user", "meeting", "item", "field", "owner", "writer", "op", "base", "value", "sent", "newer"];
  const ALSO_KEPT = ["at", "label", "conflict"];
  const PREFIX = `live:${user}:`;

  function keep(draft) {
    try {
      const kept = Object.fromEntries([...KEPT, ...ALSO_KEPT].map((name) => [name, draft[name]]));
      storage.setItem(draft.key, JSON.stringify(kept));
      storageFails = false;
    } catch {
      storageFails = true; // full or switched off; the indicator says so while something waits
    }
  }

  function forget(key) {
    try {
      storage.removeItem(key);
    } catch {
      // nothing was kept
    }
  }

  function keysKept(prefix) {
    try {
      return Object.keys(storage).filter((key) => key.startsWith(prefix));
    } catch {
      return [];
    }
  }

  function readKept(key) {
    try {
      const kept = JSON.parse(storage.getItem(key));
      const sound = kept?.user === user && typeof kept.value === "string" && typeof kept.op === "string";
      return sound ? kept : null;
    } catch {
      return null; // not ours to judge: it stays where it is
    }
  }

  // ---- Windows: each keeps its own drafts, and takes over those of windows that are gone --------------------------
  // The id is new with every load. A window that was duplicated or loaded again finds in its tab's storage which id
  // it had before.

  const windowId = newId();
  const LOCK = "live-window:";
  const locks = navigator.locks ?? null; // as randomUUID: not over plain http
  const before = (() => {
    try {
      const id = ofTab.getItem(LOCK);
      ofTab.setItem(LOCK, windowId);
      return id;
    } catch {
      return null;
    }
  })();

  function beat() {
    if (locks) return;
    try {
      storage.setItem(LOCK + windowId, String(Date.now()));
    } catch {
      // nothing is kept either
    }
  }

  function sayAlive() {
    if (locks) locks.request(LOCK + windowId, () => new Promise(() => {})).catch(() => {});
    beat();
  }

  async function aliveWindows() {
    if (locks) {
      const { held } = await locks.query();
      return new Set(held.filter((lock) => lock.name.startsWith(LOCK)).map((lock) => lock.name.slice(LOCK.length)));
    }
    const now = Date.now();
    const fresh = keysKept(LOCK).filter((key) => Math.abs(now - Number(storage.getItem(key))) < BEAT_STALE_MS);
    return new Set(fresh.map((key) => key.slice(LOCK.length)));
  }

  const oneAtATime = (work) => (locks ? locks.request(`live-adopt:${user}`, work) : work());

  let goneBefore = new Set();

  // A window may seem gone for a moment while it is loaded again, so others wait for a second look (`sure` false).
  async function adopt(sure) {
    await oneAtATime(async () => {
      const alive = await aliveWindows();
      const gone = new Set();
      for (const key of keysKept(PREFIX)) {
        const kept = drafts.has(key) ? null : readKept(key);
        if (!kept || alive.has(kept.owner) || kept.owner === windowId) continue;
        gone.add(kept.owner);
        if (sure || goneBefore.has(kept.owner)) takeOver(key, kept);
      }
      goneBefore = gone;
    });
    draw();
  }

  // The page before this one may not be quite gone when this one starts: its lock is waited for, shortly.
  async function waitForBefore() {
    if (!locks || !before) return;
    try {
      await locks.request(LOCK + before, { signal: AbortSignal.timeout(500) }, () => {});
    } catch {
      // it lives on: this window is a duplicate and leaves it alone
    }
  }

  function takeOver(oldKey, kept) {
    const twin = [...drafts.values()].find((draft) => draft.op === kept.op);
    if (twin) return forget(oldKey);
    const draft = addDraft({ ...kept, owner: windowId });
    keep(draft);
    if (storageFails) draft.key = rename(draft, oldKey);
    else forget(oldKey);
    const field = fields.get(idOf(draft));
    if (field && !field.draft) {
      field.draft = draft;
      put(field, textOf(draft));
    }
    pump(draft);
  }

  function rename(draft, key) {
    drafts.delete(draft.key);
    drafts.set(key, draft);
    return key;
  }

  // ---- Drafts ----------------------------------------------------------------------------------------------------

  const drafts = new Map(); // by storage key
  const idOf = (of) => `${of.item}:${of.field}`;
  const textOf = (draft) => draft.newer ?? draft.value;
  let counted = 0;

  function addDraft(parts) {
    counted += 1;
    const key = `${PREFIX}${parts.meeting}:${parts.item}:${parts.field}:${windowId}.${counted}`;
    const draft = {
      conflict: null, // the server's answer to `op`: somebody else was first
      newer: null,
      ...parts,
      key,
      refused: null,
      tries: 0,
      since: null,
      timer: 0,
      flying: null,
      sentAt: 0,
      stoodAt: 0,
    };
    drafts.set(key, draft);
    return draft;
  }

  function drop(draft) {
    clearTimeout(draft.timer);
    drafts.delete(draft.key);
    forget(draft.key);
    const field = fields.get(idOf(draft));
    if (field?.draft !== draft) return;
    field.draft = null;
    show(field);
  }

  // Its first part is answered for: go on with the text that was typed since.
  function startOver(draft, base, text) {
    Object.assign(draft, { op: newId(), base, value: text, newer: null, sent: false, refused: null, tries: 0 });
    draft.at = Date.now();
  }

  const isSettled = (draft) => draft.conflict !== null && draft.op === draft.conflict.op;
  const isWaiting = (draft) => draft.refused === null && !isSettled(draft);

  // ---- Fields ----------------------------------------------------------------------------------------------------

  const fields = new Map(); // by item and field
  const bound = new WeakSet();
  const FIELD = "[data-live-field]";

  const inputsOf = (element) => [...element.querySelectorAll("input")];
  const isGroup = (element) => element.matches("fieldset") || element.type === "checkbox";
  const choicesOf = (element) => (element.matches("fieldset") ? inputsOf(element) : [element]);

  function valueOf(element, isChecked, text) {
    if (!isGroup(element)) return text(element);
    return choicesOf(element).find(isChecked)?.value ?? element.dataset.off ?? "";
  }

  const wellFormed = (text) => (text.toWellFormed ? text.toWellFormed() : text);
  const typed = (element) =>
    valueOf(
      element,
      (input) => input.checked,
      (input) => wellFormed(input.value),
    );
  const served = (element) =>
    valueOf(
      element,
      (input) => input.defaultChecked,
      (input) => (input.matches("select") ? input.value : input.defaultValue),
    );

  const elementOf = (field) =>
    document.querySelector(
      `${FIELD}[data-item="${CSS.escape(field.item)}"][data-field="${CSS.escape(field.field)}"]`,
    );

  function fieldOf(element) {
    const { item, field: name } = element.dataset;
    return fields.get(`${item}:${name}`) ?? bind(element);
  }

  function bind(element) {
    bound.add(element);
    const { item, field: name, version } = element.dataset;
    const latest = { version: Number(version), value: served(element) };
    let field = fields.get(`${item}:${name}`);
    if (!field) {
      field = { item, field: name, ...latest, latest, draft: null, composing: false };
      fields.set(idOf(field), field);
    }
    learn(field, latest);
    if (field.draft) put(field, textOf(field.draft));
    else if (element.autocomplete === "off" && typed(element) !== latest.value) note(element);
    // What a browser puts back by itself after a reload may be older than what was served.
    else show(field);
    return field;
  }

  function scan() {
    for (const element of document.querySelectorAll(FIELD)) if (!bound.has(element)) bind(element);
    bringBackRewriting();
  }

  function learn(field, news) {
    if (news.version > field.latest.version) field.latest = news;
  }

  // Bring the page up to what the server has, unless the person's own text stands there.
  function show(field) {
    if (field.draft || field.composing) return;
    field.version = field.latest.version;
    field.value = field.latest.value;
    put(field, field.value);
  }

  function put(field, value) {
    const element = elementOf(field);
    if (!element) return;
    element.dataset.version = String(field.version);
    if (isGroup(element)) for (const input of choicesOf(element)) input.checked = input.value === value;
    else if (element.value !== value) replaceText(element, value);
  }

  // The caret stays at the sign it stood at: only what differs in the middle has moved.
  function replaceText(element, value) {
    const isHere = document.activeElement === element && element.setSelectionRange;
    const old = element.value;
    const { selectionStart: start, selectionEnd: end, scrollTop } = element;
    element.value = value;
    if (!isHere || start === null) return;
    const shorter = Math.min(old.length, value.length);
    let head = 0;
    while (head < shorter && old[head] === value[head]) head += 1;
    let tail = 0;
    while (tail < shorter - head && old.at(-1 - tail) === value.at(-1 - tail)) tail += 1;
    const moved = (at) => {
      if (at <= head) return at;
      return at >= old.length - tail ? at + value.length - old.length : value.length - tail;
    };
    element.setSelectionRange(moved(start), moved(end));
    element.scrollTop = scrollTop;
  }

  // ---- Typing ----------------------------------------------------------------------------------------------------

  function note(element) {
    const field = fieldOf(element);
    const text = typed(element);
    const draft = field.draft;
    if (!draft && text === field.value) return;
    if (!draft) field.draft = begin(field, element, text);
    else if (!retype(field, draft, text)) return;
    if (field.draft) {
      field.draft.at = Date.now();
      keep(field.draft);
      schedule(field.draft, isGroup(element) ? 0 : QUIET_MS);
    }
    draw();
  }

  function begin(field, element, text) {
    return addDraft({
      user,
      meeting,
      item: field.item,
      field: field.field,
      owner: windowId,
      writer: windowId,
      op: newId(),
      base: field.version,
      value: text,
      sent: false,
      label: labelOf(element),
    });
  }

  // Take more typing into a draft; false where nothing is left to do.
  function retype(field, draft, text) {
    if (text === textOf(draft)) return false;
    if (!draft.sent) {
      if (text === field.value && !draft.conflict) drop(draft);
      else startOver(draft, draft.base, text);
    } else if (draft.flying || isWaiting(draft)) {
      draft.newer = text === draft.value ? null : text;
    } else {
      startOver(draft, draft.base, text);
    }
    return true;
  }

  function labelOf(element) {
    const name = element.dataset.label ?? element.labels?.[0]?.textContent;
    const legend = name ?? element.querySelector("legend")?.textContent ?? element.dataset.field;
    const title = element.closest("[data-item-title]")?.dataset.itemTitle ?? document.title;
    return `${title.trim()} ${legend.trim()}`;
  }

  function schedule(draft, wait) {
    const now = performance.now();
    draft.since ??= now;
    clearTimeout(draft.timer);
    draft.timer = setTimeout(() => pump(draft), Math.max(0, Math.min(wait, draft.since + LONGEST_MS - now)));
  }

  // ---- Sending ---------------------------------------------------------------------------------------------------

  let link = "ok"; // ok, offline, login (nobody, or somebody without the right), other (another person)
  const isBarred = () => link === "login" || link === "other";
  const tokenMeta = () => document.querySelector('meta[name="csrf-token"]');
  let token = tokenMeta()?.content ?? document.querySelector("input[name=_csrf_token]")?.value ?? "";

  const isComposing = (draft) => {
    const field = fields.get(idOf(draft));
    return field?.draft === draft && field.composing;
  };

  function pump(draft, isLeaving = false) {
    clearTimeout(draft.timer);
    if (!drafts.has(draft.key) || draft.flying || !isWaiting(draft) || isBarred()) return;
    if (!draft.sent && isComposing(draft)) return; // the end of the composition comes here again
    transmit(draft, isLeaving);
  }

  async function transmit(draft, isLeaving = false) {
    const { op, writer, item, field, base, value } = draft;
    if (!draft.sent) {
      draft.sent = true;
      keep(draft); // before it leaves: a reload must repeat just this
    }
    draft.since = null;
    draft.sentAt = performance.now();
    const flight = new AbortController();
    draft.flying = flight;
    const body = JSON.stringify({ op, writer, item, field, base, value });
    const answer = await ask(`${addressOf(draft.meeting)}/write`, { body, flight, isLeaving });
    if (draft.flying !== flight) return;
    draft.flying = null;
    if (drafts.has(draft.key) && draft.op === op) await take(draft, answer);
    draw();
  }

  // Returns null where nothing came back that our own server can have said.
  async function ask(address, { body = null, flight = new AbortController(), isLeaving = false } = {}) {
    const timer = setTimeout(() => flight.abort(), REQUEST_MS);
    try {
      const headers = { Accept: "application/json", "X-CSRF-Token": token };
      if (body !== null) headers["Content-Type"] = "application/json";
      const response = await fetch(address, {
        method: body === null ? "GET" : "POST",
        headers,
        body,
        signal: flight.signal,
        keepalive: isLeaving && new Blob([body]).size < LARGEST_PARTING,
        redirect: "error",
        cache: "no-store",
      });
      return { status: response.status, body: await response.json() };
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  async function take(draft, answer) {
    if (answer === null) return fail(draft, "offline");
    const { status, body } = answer;
    if (status === 200 && body.op === draft.op) return acknowledge(draft, body);
    if (status === 409 && body.result === "conflict") return stand(draft, body);
    if ([401, 403, 404].includes(status)) return doubt(draft, body);
    if ([400, 413, 422].includes(status)) return refuse(draft, body.message);
    return fail(draft, link === "offline" ? "ok" : link);
  }

  function fail(draft, newLink) {
    link = newLink;
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** draft.tries) * (0.8 + 0.4 * Math.random());
    draft.tries += 1;
    clearTimeout(draft.timer);
    draft.timer = setTimeout(() => pump(draft), wait);
  }

  function reached() {
    if (link === "ok") return;
    link = "ok";
    sendAll();
    refresh();
  }

  function acknowledge(draft, body) {
    draft.tries = 0;
    const field = fields.get(idOf(draft));
    const isOnTop = body.value === draft.value; // otherwise somebody wrote after us, unseen
    if (field) learn(field, body);
    draft.conflict = null;
    if (draft.newer === null) {
      drop(draft);
      if (field) show(field);
    } else {
      startOver(draft, isOnTop ? body.version : draft.base, draft.newer);
      keep(draft);
      if (field?.draft === draft && isOnTop) Object.assign(field, { version: body.version, value: body.value });
      schedule(draft, QUIET_MS);
    }
    reached();
  }

  // 競合: both texts are on the server; ours stays in the field until somebody has chosen.
  function stand(draft, body) {
    draft.tries = 0;
    if (!draft.conflict) draft.stoodAt = performance.now();
    draft.conflict = { op: draft.op, yours: draft.value, current: body.current };
    const field = fields.get(idOf(draft));
    if (field) learn(field, { ...body.current });
    if (draft.newer !== null) {
      startOver(draft, draft.base, draft.newer);
      schedule(draft, QUIET_MS);
    }
    // Where another text of ours stands in the field, the panel has this one.
    if (field && field.draft !== draft) drop(draft);
    else keep(draft);
    reached();
  }

  // A conflict of ours that the server does not name any more has been settled: the same write is asked about again.
  function lookAtConflicts(pending) {
    const waiting = new Set(pending.map((conflict) => conflict.op));
    for (const draft of drafts.values()) {
      const isAnswered = draft.meeting === meeting && isSettled(draft) && !waiting.has(draft.op);
      if (isAnswered && !draft.flying) transmit(draft);
    }
  }

  const someConflict = () => [...drafts.values()].some(isSettled);

  function refuse(draft, message) {
    if (draft.newer !== null) {
      startOver(draft, draft.base, draft.newer);
      keep(draft);
      schedule(draft, QUIET_MS);
    } else {
      draft.refused = message ?? texts.refusedHere;
    }
    reached();
  }

  // Not ours, or not ours any more: only the state says whose session this browser has now.
  async function doubt(draft, body) {
    const isOurs = await refresh();
    const isOld = body.error === "login" || body.error === "token";
    if (isOurs && !isOld) refuse(draft, body.message);
    else if (!isBarred()) fail(draft, link);
  }

  // ---- The state of the meeting, and whose session it is ---------------------------------------------------------

  let asking = null;
  let losses = 0; // how often the network went

  // True where the session is this person's. One request at a time answers everybody who asks meanwhile.
  function refresh() {
    asking ??= askState().finally(() => {
      asking = null;
      draw();
    });
    return asking;
  }

  async function askState() {
    const known = losses;
    const answer = await ask(`${live}/state`);
    // An answer on its way when the network went says nothing about now.
    if (answer !== null && known !== losses) return askState();
    const isOurs = answer?.status === 200 && answer.body.user === user;
    const wasAway = link !== "ok";
    link = linkAfter(answer, isOurs);
    if (!isOurs) return false;
    takeToken(answer.body.token);
    for (const [item, values] of Object.entries(answer.body.items)) {
      for (const [field, news] of Object.entries(values)) hearQuietly({ item, field, ...news });
    }
    lookAtConflicts(answer.body.conflicts);
    forgetRewriting(answer.body.conflicts);
    if (wasAway) sendAll();
    return true;
  }

  function linkAfter(answer, isOurs) {
    if (isOurs) return "ok";
    if (answer === null) return isBarred() ? link : "offline";
    if (answer.status === 401) return "login";
    return answer.status >= 500 ? link : "other";
  }

  function sendAll() {
    for (const draft of drafts.values()) {
      draft.tries = 0;
      pump(draft);
    }
  }

  function takeToken(fresh) {
    if (!fresh || fresh === token) return;
    token = fresh;
    tokenMeta()?.setAttribute("content", fresh);
    for (const input of document.querySelectorAll("input[name=_csrf_token]")) input.value = fresh;
  }

  function hearQuietly(news) {
    const field = fields.get(idOf(news));
    if (!field) return null;
    learn(field, { version: news.version, value: news.value });
    show(field);
    return field;
  }

  function hear(news) {
    const field = hearQuietly(news);
    if (field?.draft && isSettled(field.draft)) refresh();
  }

  // ---- The indicator ---------------------------------------------------------------------------------------------

  let waitingSince = null;
  let spoken = "";

  function stateNow() {
    const all = [...drafts.values()];
    if (isBarred()) return "login";
    if (link === "offline") return "offline";
    if (all.some((draft) => draft.refused !== null)) return "refused";
    if (all.some(isSettled)) return "conflict";
    return all.some(isWaiting) ? "waiting" : "saved";
  }

  function sentence(state) {
    const isKept = drafts.size > 0 && !storageFails;
    if (link === "other") return texts.other;
    return state === "offline" && isKept ? texts.offlineKept : texts[state];
  }

  // A screen reader is not told of every pause in typing: only of what lasts.
  function toSpeak(state) {
    waitingSince = state === "waiting" ? (waitingSince ?? performance.now()) : null;
    const isShort = waitingSince !== null && performance.now() - waitingSince < 2 * TICK_MS;
    if (!isShort) spoken = sentence(state);
    return spoken;
  }

  const part = (parent, name, tag = "span") => {
    let found = parent.querySelector(`.${name}`);
    if (!found) {
      found = make(tag, name);
      parent.append(found);
    }
    return found;
  };

  function make(tag, className = "", text = "") {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  const say = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };

  function drawIndicator() {
    const indicator = document.getElementById("live-saved");
    if (!indicator) return;
    const state = stateNow();
    if (indicator.dataset.state !== state) indicator.dataset.state = state;
    const shown = part(indicator, "live-saved__text");
    shown.setAttribute("aria-hidden", "true");
    say(shown, sentence(state));
    say(part(indicator, "vh"), toSpeak(state));
    const warns = storageFails && drafts.size > 0;
    indicator.toggleAttribute("data-storage-off", warns);
    say(part(indicator, "live-saved__storage"), warns ? texts.noStorage : "");
    const login = part(indicator, "live-saved__login", "a");
    login.hidden = state !== "login";
    login.href = `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
    say(login, state === "login" ? texts.loginLink : "");
  }

  // ---- Texts that could not be saved -----------------------------------------------------------------------------

  function button(label, className, onClick) {
    const made = make("button", `btn ${className}`, label);
    made.type = "button";
    made.addEventListener("click", () => onClick(made));
    return made;
  }

  async function copy(text, pressed, source) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      source.select();
      document.execCommand("copy"); // the only way over plain http
    }
    pressed.textContent = texts.copied;
  }

  function discard(draft) {
    if (!window.confirm(texts.sureDiscard)) return;
    drop(draft);
    draw();
  }

  function sendAgain(draft) {
    draft.refused = null;
    pump(draft);
    draw();
  }

  function drawUnsaved(draft, message) {
    const box = make("div", "live-unsaved notice notice--error");
    const body = make("div", "notice__body");
    const text = make("textarea", "input live-unsaved__text");
    text.readOnly = true;
    text.rows = 2;
    text.value = textOf(draft);
    text.setAttribute("aria-label", draft.label ?? draft.field);
    const actions = make("p", "form__actions");
    actions.append(button(texts.copy, "btn--secondary", (pressed) => copy(textOf(draft), pressed, text)));
    if (draft.refused !== null) {
      actions.append(
        button(texts.again, "btn--secondary", () => sendAgain(draft)),
        button(texts.discard, "btn--text", () => discard(draft)),
      );
    } else {
      const there = make("a", "btn btn--secondary", texts.openItem);
      there.href = `${addressOf(draft.meeting)}?item=${encodeURIComponent(draft.item)}`;
      actions.append(there);
    }
    body.append(make("p", "", message), make("p", "note", draft.label ?? ""), text, actions);
    box.append(body);
    return box;
  }

  const anchors = new WeakMap();
  const messageOf = (draft) => (draft.refused === null ? texts.elsewhere : `${texts.refusedHere} ${draft.refused}`);

  // Beside its field where that is on the page, else in a list at the end. Drawn anew only when something changed,
  // so that the focus stays in it.
  function drawAllUnsaved() {
    const elsewhere = [];
    const beside = new Map();
    for (const draft of drafts.values()) {
      const field = fields.get(idOf(draft));
      const element = field?.draft === draft ? elementOf(field) : null;
      if (draft.refused !== null && element) beside.set(element, draft);
      else if (draft.refused !== null || (isSettled(draft) && !element)) elsewhere.push(draft);
    }
    placeBeside(
      "live-unsaved--here",
      beside,
      (draft) => `${draft.op} ${draft.refused}`,
      (draft) => drawUnsaved(draft, messageOf(draft)),
    );
    drawElsewhere(elsewhere);
  }

  // `wanted`: drafts by the element whose box follows it. Boxes that still hold stay, with the focus in them.
  function placeBeside(className, wanted, signatureOf, drawBox) {
    for (const old of document.querySelectorAll(`.${className}`)) {
      const element = anchors.get(old);
      if (wanted.has(element) && signatureOf(wanted.get(element)) === old.dataset.signature) wanted.delete(element);
      else old.remove();
    }
    for (const [element, draft] of wanted) {
      const box = drawBox(draft);
      box.classList.add(className);
      box.dataset.signature = signatureOf(draft);
      anchors.set(box, element);
      element.after(box);
    }
  }

  function drawElsewhere(list) {
    let section = document.getElementById("live-unsent");
    const signature = list.map((draft) => `${draft.op} ${draft.refused}`).join("\n");
    if ((section?.dataset.signature ?? "") === signature) return;
    if (!section) {
      section = make("section", "live-unsent panel");
      section.id = "live-unsent";
      section.setAttribute("aria-label", texts.unsent);
      root.append(section);
    }
    section.dataset.signature = signature;
    section.hidden = list.length === 0;
    const boxes = list.map((draft) => drawUnsaved(draft, messageOf(draft)));
    section.replaceChildren(make("h2", "panel__title", texts.unsent), ...boxes);
  }

  // ---- 競合: the page's own part `conflict-…` shows both texts; while the stream is away, this does --------------

  const REGION_MS = 1500;
  const isShownByPage = (op) => document.querySelector(`form[action$="/conflicts/${CSS.escape(op)}"]`) !== null;

  function drawConflicts() {
    const wanted = new Map();
    for (const draft of drafts.values()) {
      const field = fields.get(idOf(draft));
      const element = field?.draft === draft ? elementOf(field) : null;
      if (!element || !draft.conflict || isShownByPage(draft.conflict.op)) continue;
      const wait = draft.stoodAt + REGION_MS - performance.now();
      if (wait > 0) setTimeout(draw, wait);
      else wanted.set(element, draft);
    }
    placeBeside("live-two", wanted, (draft) => `${draft.conflict.op} ${draft.conflict.current.version}`, drawTwo);
  }

  function drawTwo(draft) {
    const { op, yours, current } = draft.conflict;
    const box = make("div", "live-two notice notice--warn");
    const body = make("div", "notice__body");
    const pair = make("div", "live-two__pair");
    pair.append(
      drawText(`${texts.standing}（${current.author}）`, current.value),
      drawText(texts.yours, yours),
    );
    const actions = make("p", "form__actions");
    const choose = (label, how) =>
      actions.append(button(label, "btn--secondary", () => settle(draft, op, current.version, how)));
    choose(texts.keepCurrent, "current");
    choose(texts.takeMine, "mine");
    if (!isGroup(elementOf(draft))) choose(texts.joinBoth, "both");
    body.append(make("p", "", texts.twoTexts), pair, actions);
    box.append(body);
    return box;
  }

  function drawText(title, text) {
    const box = make("div", "live-two__text");
    box.append(make("p", "note", title), make("p", "live-two__words", text || texts.empty));
    return box;
  }

  async function settle(draft, write, base, how) {
    const body = JSON.stringify({ how, base, op: newId() });
    const answer = await ask(`${addressOf(draft.meeting)}/conflicts/${write}`, { body });
    if (answer?.status === 409) draft.conflict.current = answer.body.current;
    await refresh();
  }

  function draw() {
    drawIndicator();
    drawAllUnsaved();
    drawConflicts();
  }

  // ---- Two texts that somebody is writing anew (form field `rewritten-…`): kept too, until the conflict is settled --

  const REWRITTEN = "textarea[id^=rewritten-]";
  const REWRITE = `live-rewrite:${user}:`;
  const rewriteKey = (area) => REWRITE + area.id.slice("rewritten-".length);

  const rewrittenHere = new Set();

  function keepRewriting(area) {
    rewrittenHere.add(rewriteKey(area));
    try {
      storage.setItem(rewriteKey(area), area.value);
    } catch {
      // the text stands on the page
    }
  }

  function bringBackRewriting() {
    for (const area of document.querySelectorAll(REWRITTEN)) {
      if (bound.has(area)) continue;
      bound.add(area);
      const text = keysKept(rewriteKey(area)).length ? storage.getItem(rewriteKey(area)) : null;
      if (text === null || text === area.value) continue;
      rewrittenHere.add(rewriteKey(area));
      area.value = text;
      area.closest("details")?.setAttribute("open", "");
    }
  }

  // Other meetings' conflicts are not known here: theirs stay.
  function forgetRewriting(pending) {
    const waiting = new Set(pending.map((conflict) => REWRITE + conflict.op));
    for (const area of document.querySelectorAll(REWRITTEN)) waiting.add(rewriteKey(area));
    for (const key of rewrittenHere) if (!waiting.has(key)) forget(key);
  }

  // ---- Leaving and coming back -----------------------------------------------------------------------------------

  // Requests of a page that goes away are given up by the browser, so they go out once more, to outlive it.
  function leave() {
    for (const draft of drafts.values()) {
      if (isWaiting(draft) && !isBarred()) transmit(draft, true);
    }
    if (!locks) forget(LOCK + windowId);
  }

  function wake() {
    beat();
    for (const draft of drafts.values()) {
      // A request from before may hang in a network that is gone.
      if (draft.flying && performance.now() - draft.sentAt > HANGING_MS) draft.flying.abort();
    }
    sendAll();
    refresh();
  }

  function comeBack(event) {
    if (!event.persisted) return;
    sayAlive();
    // Another window may have taken our drafts while we were put away.
    const isHere = new Set(keysKept(PREFIX));
    for (const draft of [...drafts.values()]) if (!storageFails && !isHere.has(draft.key)) drop(draft);
    wake();
  }

  function tick() {
    beat();
    if (link !== "ok") refresh();
    else if (someConflict()) refresh();
    adopt(false);
  }

  // ---- Events ----------------------------------------------------------------------------------------------------

  const liveField = (event) => event.target.closest?.(FIELD);
  const listen = (kind, act) =>
    root.addEventListener(kind, (event) => {
      const element = liveField(event);
      if (element) act(element, event);
    });

  listen("compositionstart", (element) => {
    fieldOf(element).composing = true;
  });
  const endComposition = (element) => {
    const field = fieldOf(element);
    if (!field.composing) return;
    field.composing = false;
    note(element);
    if (field.draft) schedule(field.draft, QUIET_MS);
    else show(field);
  };
  listen("compositionend", endComposition);
  listen("focusout", endComposition);
  listen("input", (element) => note(element));
  listen("change", (element) => note(element));
  root.addEventListener("input", (event) => {
    if (event.target.matches?.(REWRITTEN)) keepRewriting(event.target);
  });
  root.addEventListener("click", (event) => {
    const element = event.target.closest?.("[data-live-clear]")?.closest(FIELD);
    if (!element) return;
    event.preventDefault();
    for (const input of choicesOf(element)) input.checked = false;
    note(element);
  });

  window.addEventListener("online", wake);
  window.addEventListener("offline", () => {
    losses += 1;
    if (!isBarred()) link = "offline";
    draw();
  });
  window.addEventListener("pageshow", comeBack);
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") return wake();
    for (const draft of drafts.values()) pump(draft, true);
  });
  window.addEventListener("focus", () => {
    if (isBarred()) refresh();
  });

  // Parts of the page are replaced while it is open: new fields are found, and a change of a conflict is looked at.
  new MutationObserver((changes) => {
    scan();
    draw();
    if (someConflict() && changes.some((change) => change.target.closest?.("[id^=conflict-]"))) refresh();
  }).observe(root, { childList: true, subtree: true });

  // ---- For the rest of the page ----------------------------------------------------------------------------------

  function parsed(event) {
    return typeof event?.data === "string" ? JSON.parse(event.data) : event;
  }

  window.liveSave = Object.freeze({
    // A `field` event of the stream, or its data. Anything else: look at everything again.
    apply(event) {
      const news = parsed(event);
      if (news?.item && news.field) hear(news);
      else refresh();
    },
    refresh,
    token: () => token,
    pending: () =>
      [...drafts.values()].map((draft) => ({ item: draft.item, field: draft.field, text: textOf(draft) })),
    // Send what waits now; true when all of it is saved, false when that did not work within ten seconds.
    async flush() {
      const until = performance.now() + REQUEST_MS;
      const waits = () => [...drafts.values()].some(isWaiting);
      for (const draft of drafts.values()) pump(draft);
      while (waits() && link === "ok" && performance.now() < until) {
        await new Promise((done) => setTimeout(done, 50));
      }
      return !waits();
    },
  });

  async function start() {
    scan();
    sayAlive();
    draw();
    await waitForBefore();
    await adopt(true);
    refresh();
    setInterval(tick, TICK_MS);
  }

  start();
})();
