//! Two companies, their departments, some of which have the same names, and two hundred people. The same each time.

use std::fmt::Write;

/// The password of everybody who signs in.
pub const PASSWORD: &str = "violet kettle 417";

/// Departments by their full paths, with how many people are in each.
const DEPARTMENTS: [(&str, usize); 22] = [
    ("Acme Service/Support", 6),
    ("Acme Service/Support/E-mail", 14),
    ("Acme Service/Support/Telephone", 18),
    ("Acme Service/Support/Chat", 12),
    ("Acme Service/Sales", 5),
    ("Acme Service/Sales/Inland", 10),
    ("Acme Service/Sales/Export", 8),
    ("Acme Service/Finance", 7),
    ("Acme Service/IT", 5),
    ("Acme Service/IT/Support", 6),
    ("Acme Service/Warehouse", 9),
    ("华北客服中心/客服部", 6),
    ("华北客服中心/客服部/电话组", 18),
    ("华北客服中心/客服部/邮件组", 12),
    ("华北客服中心/客服部/在线组", 14),
    ("华北客服中心/销售部", 5),
    ("华北客服中心/销售部/国内", 9),
    ("华北客服中心/销售部/海外", 8),
    ("华北客服中心/财务部", 7),
    ("华北客服中心/技术部", 6),
    ("华北客服中心/技术部/支持", 6),
    ("华北客服中心/Support", 6),
];

const GIVEN: [&str; 20] = [
    "Anna", "Ben", "Clara", "David", "Emma", "Felix", "Grace", "Henry", "Iris", "Jonas", "Kate", "Leo",
    "Maria", "Noah", "Olga", "Paul", "Rosa", "Samuel", "Tessa", "Victor",
];
const FAMILY: [&str; 17] = [
    "Adler", "Brooks", "Carter", "Dietrich", "Evans", "Fischer", "Garcia", "Hughes", "Ivanova", "Jensen",
    "Keller", "Larsen", "Murphy", "Novak", "Okafor", "Price", "Rossi",
];
/// Family names, with how they are written in logins.
const XING: [(&str, &str); 17] = [
    ("王", "wang"),
    ("李", "li"),
    ("张", "zhang"),
    ("刘", "liu"),
    ("陈", "chen"),
    ("杨", "yang"),
    ("赵", "zhao"),
    ("黄", "huang"),
    ("周", "zhou"),
    ("吴", "wu"),
    ("徐", "xu"),
    ("孙", "sun"),
    ("胡", "hu"),
    ("朱", "zhu"),
    ("高", "gao"),
    ("林", "lin"),
    ("何", "he"),
];
/// Given names, likewise.
const MING: [(&str, &str); 20] = [
    ("芳", "fang"),
    ("伟", "wei"),
    ("娜", "na"),
    ("敏", "min"),
    ("静", "jing"),
    ("丽", "li"),
    ("强", "qiang"),
    ("磊", "lei"),
    ("军", "jun"),
    ("洋", "yang"),
    ("勇", "yong"),
    ("艳", "yan"),
    ("杰", "jie"),
    ("娟", "juan"),
    ("涛", "tao"),
    ("明", "ming"),
    ("超", "chao"),
    ("秀英", "xiuying"),
    ("建华", "jianhua"),
    ("晓雨", "xiaoyu"),
];

/// One account.
pub struct Person {
    pub login: String,
    pub name: String,
    /// Full paths.
    pub departments: Vec<&'static str>,
}

/// Everybody but the first super administrator.
pub fn everybody() -> Vec<Person> {
    let places = DEPARTMENTS.iter().flat_map(|(path, count)| std::iter::repeat_n(*path, *count));
    let mut people: Vec<Person> = places.enumerate().map(|(number, path)| person(number, path)).collect();
    // Some work in two departments, some in none yet.
    for (number, person) in people.iter_mut().enumerate() {
        match number % 23 {
            7 => person.departments.push("Acme Service/IT/Support"),
            15 => person.departments.push("华北客服中心/客服部/在线组"),
            21 => person.departments.clear(),
            _ => person.departments.dedup(),
        }
        person.departments.dedup();
    }
    people
}

/// All names of both lists are met before one comes again: their numbers have no common divisor.
fn person(number: usize, path: &'static str) -> Person {
    let departments = vec![path];
    if path.starts_with("Acme") {
        let (given, family) = (GIVEN[number % GIVEN.len()], FAMILY[number % FAMILY.len()]);
        let login = format!("{}.{}", given.to_lowercase(), family.to_lowercase());
        return Person { login, name: format!("{given} {family}"), departments };
    }
    let ((xing, x), (ming, m)) = (XING[number % XING.len()], MING[number % MING.len()]);
    Person { login: format!("{m}.{x}"), name: format!("{xing}{ming}"), departments }
}

/// The table that they are imported from.
pub fn table(people: &[Person]) -> String {
    let mut table = String::from("login,name,departments,role\n");
    for Person { login, name, departments } in people {
        let _ = writeln!(table, "{login},{name},{},account", departments.join(";"));
    }
    table
}
