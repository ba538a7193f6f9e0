export default { id: { title: "Ikhtisar" }, en: { title: "Overview" } };
