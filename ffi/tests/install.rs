//! What `install.sh` installs: names, SONAME, and that pkg-config and CMake find it.

#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};
use tempfile::TempDir;

#[test]
fn only_the_names_of_the_header_are_shown() {
    let installed = install();
    let header = names_of_header();
    let lib = installed.path().join("lib");
    let shared = lib.join("libyinxin.so.0");
    assert_eq!(names(&["-D", "--defined-only"], &shared), header);
    assert_eq!(names(&["-g", "--defined-only"], &lib.join("libyinxin.a")), header);
    let dynamic = output(Command::new("readelf").arg("-d").arg(&shared));
    assert!(dynamic.contains("soname: [libyinxin.so.0]"), "{dynamic}");
}

#[test]
fn pkg_config_finds_it() {
    let installed = install();
    let ask = |arguments: &[&str]| {
        let path = installed.path().join("lib/pkgconfig");
        output(
            Command::new("pkg-config").env("PKG_CONFIG_PATH", path).args(arguments).arg("yinxin"),
        )
    };
    assert_eq!(ask(&["--modversion"]).trim(), env!("CARGO_PKG_VERSION"));
    let flags = ask(&["--cflags", "--libs"]);
    let program = installed.path().join("program");
    output(
        Command::new("gcc")
            .args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror"])
            .arg(package("examples/verify_document.c"))
            .args(flags.split_whitespace())
            .arg("-o")
            .arg(&program),
    );
    prints_its_version(&program, Some(&installed.path().join("lib")));
}

#[test]
fn cmake_finds_it() {
    if Command::new("cmake").arg("--version").output().is_err() {
        println!("there is no cmake here: its package files were not tried");
        return;
    }
    let installed = install();
    let project = tempfile::tempdir().unwrap();
    let script = format!(
        "cmake_minimum_required(VERSION 3.13)\n\
         project(example C)\n\
         find_package(yinxin 0.1 REQUIRED)\n\
         foreach(kind yinxin static)\n\
         add_executable(with_${{kind}} {})\n\
         target_link_libraries(with_${{kind}} yinxin::${{kind}})\n\
         endforeach()\n",
        package("examples/verify_document.c").display()
    );
    fs::write(project.path().join("CMakeLists.txt"), script).unwrap();
    let prefix = format!("-DCMAKE_PREFIX_PATH={}", installed.path().display());
    let build = project.path().join("build");
    output(Command::new("cmake").arg("-S").arg(project.path()).arg("-B").arg(&build).arg(prefix));
    output(Command::new("cmake").arg("--build").arg(&build));
    prints_its_version(&build.join("with_yinxin"), None);
    prints_its_version(&build.join("with_static"), None);
}

#[test]
fn destdir_stays_out_of_the_files() {
    let folder = tempfile::tempdir().unwrap();
    install_to(folder.path().to_str().unwrap(), "/opt/yinxin");
    let pc = folder.path().join("opt/yinxin/lib/pkgconfig/yinxin.pc");
    let pc = fs::read_to_string(pc).unwrap();
    assert!(pc.starts_with("prefix=/opt/yinxin\n"), "{pc}");
    assert!(!pc.contains('@') && !pc.contains(folder.path().to_str().unwrap()), "{pc}");
}

fn install() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    install_to("", folder.path().to_str().unwrap());
    folder
}

fn install_to(destination: &str, prefix: &str) {
    // The libraries that cargo built for this test stand beside it.
    let built = env::current_exe().unwrap().parent().unwrap().to_owned();
    output(Command::new(package("install.sh")).args([destination, prefix]).arg(built));
}

/// The functions that the header declares.
fn names_of_header() -> BTreeSet<String> {
    let header = fs::read_to_string(package("include/yinxin.h")).unwrap();
    let declarations = header.lines().filter(|line| line.starts_with(char::is_alphabetic));
    declarations
        .filter(|line| !line.starts_with("typedef"))
        .filter_map(|line| line.split_once('('))
        .filter_map(|(before, _)| before.rsplit([' ', '*']).next())
        .map(str::to_owned)
        .collect()
}

/// The names that a library shows.
fn names(arguments: &[&str], library: &Path) -> BTreeSet<String> {
    let listed = output(Command::new("nm").args(arguments).arg(library));
    let names = listed.lines().filter_map(|line| line.split_whitespace().nth(2));
    names.map(str::to_owned).collect()
}

fn prints_its_version(program: &Path, libraries: Option<&Path>) {
    let mut command = Command::new(program);
    command.arg("--version");
    if let Some(libraries) = libraries {
        command.env("LD_LIBRARY_PATH", libraries);
    }
    assert_eq!(output(&mut command).trim(), env!("CARGO_PKG_VERSION"));
}

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{text}\n{errors}", output.status);
    text
}

fn package(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
