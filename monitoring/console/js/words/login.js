export default {
  id: {
    "title": "Masuk", "lead": "Siapa yang berhak tetapi belum terlindungi, di seluruh Indonesia, saat ini.",
    "expired": "Token sudah tidak berlaku. Masuk lagi dengan token baru.", "wrong": "Token ini tidak diterima: {detail}",
    "down": "Gateway tidak terjawab. Coba sebentar lagi.", "token": "Token",
    "hint": "Token disimpan di tab ini saja dan hilang ketika tab ditutup.", "button": "Masuk", "empty": "Isikan token.", "malformed": "ada huruf yang bukan bagian token",
    "how": "Belum punya token?", "how.text": "Di mesin tempat hub berjalan, perintah ini mencetak alamat yang langsung masuk:",
    "how.roles": "Token lain dibuat petugas hub menurut peran Anda:",
    "role.viewer": "melihat jumlah, direktif, dan kesehatan hub", "role.agency": "juga melihat batch dan karantina instansinya sendiri",
    "role.programme": "juga melihat semua instansi dan meminta penjelasan tentang satu orang",
  },
  en: {
    "title": "Log in", "lead": "Who is eligible but not yet covered, all over Indonesia, now.",
    "expired": "The token is no longer valid. Log in with a new one.", "wrong": "This token is not accepted: {detail}",
    "down": "The gateway does not answer. Try again in a moment.", "token": "Token",
    "hint": "The token is kept in this tab only, and gone when it is closed.", "button": "Log in", "empty": "Enter a token.", "malformed": "it has letters no token has",
    "how": "No token yet?", "how.text": "On the machine where the hub runs, this command prints an address that logs you in:",
    "how.roles": "Other tokens are made by the hub's operators, by your role:",
    "role.viewer": "sees totals, directives and the hub's health", "role.agency": "also sees its own agency's batches and quarantine",
    "role.programme": "also sees all agencies and may ask for the explanation of a person",
  },
};
